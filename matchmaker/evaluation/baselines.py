"""Ways of ranking that ours has to beat, each with one score for each need and capability."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matchmaker.matching.encoder import Encoder, Vectors
from matchmaker.matching.profile import Profile
from matchmaker.matching.vectors import embed_profiles

Numbers = npt.NDArray[np.float64]

_STEMMERS = {"da": "danish", "en": "english", "sv": "swedish", "no": "norwegian", "de": "german"}


def bm25_scores(needs: Sequence[Profile], capabilities: Sequence[Profile]) -> Numbers:
    """Return BM25 (Robertson and Zaragoza, 2009; k1 1.5, b 0.75) over stemmed words.

    Shape (needs, capabilities). Each text is stemmed in its own language.
    """
    import bm25s

    retriever = bm25s.BM25(k1=1.5, b=0.75)
    retriever.index([_stems(c) for c in capabilities], show_progress=False)
    return np.array([retriever.get_scores(_stems(need)) for need in needs], np.float64)


def _stems(profile: Profile) -> list[str]:
    import re

    import Stemmer

    stemmer = Stemmer.Stemmer(_STEMMERS.get(profile.language, "danish"))
    words: list[str] = stemmer.stemWords(re.findall(r"[^\W_]+", profile.text.lower()))
    return words


def character_scores(needs: Sequence[Profile], capabilities: Sequence[Profile]) -> Numbers:
    """Return the cosine of TF-IDF vectors over 3 to 5 characters within words.

    Shape (needs, capabilities). Frequencies are those of the capabilities.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    rows = vectorizer.fit_transform([c.text for c in capabilities])
    return np.asarray((vectorizer.transform([n.text for n in needs]) @ rows.T).toarray())


def plain_cosines(
    encoder: Encoder, needs: Sequence[Profile], capabilities: Sequence[Profile]
) -> Numbers:
    """Return the cosine of the whole texts as the encoder sees them, languages left in.

    Shape (needs, capabilities).
    """
    vectors = embed_profiles(encoder, [*needs, *capabilities])
    return cosines([vector.whole for vector in vectors], len(needs))


def cosines(wholes: Sequence[Vectors], needs: int) -> Numbers:
    """Return the cosine of each of the first, so many `needs`, with each of the others."""
    rows = np.array(wholes, np.float64)
    return np.asarray(rows[:needs] @ rows[needs:].T)
