#!/usr/bin/env python3
"""Train the reranker on models/gold and write models/ anew.

Writes the language means and the background of the packaged encoder (models/encoder) and the
reranker with its model card (models/reranker). Takes about five minutes on two cores. The numbers
are the same at each run; the archive's checksum is not, because it holds the time.

Example: .venv/bin/python scripts/train_ranker.py
"""

import argparse
from pathlib import Path

from matchmaker.config import read_cache_folder
from matchmaker.matching.encoder import PACKAGED, SentenceEncoder
from matchmaker.matching.neighbours import load_background
from matchmaker.matching.pipeline import Pipeline
from matchmaker.matching.publishing import publish_encoder_files, publish_reranker

MODELS = Path(__file__).resolve().parent.parent / "models"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--encoder", default=PACKAGED, help="packaged, or a name or folder")
    parser.add_argument("--models", type=Path, default=MODELS, help="the folder to write into")
    arguments = parser.parse_args()
    encoder = SentenceEncoder(arguments.encoder, read_cache_folder())
    means = publish_encoder_files(encoder, arguments.models)
    background = load_background(encoder, means, read_cache_folder())
    print(publish_reranker(Pipeline(encoder, means, background), arguments.models))


if __name__ == "__main__":
    main()
