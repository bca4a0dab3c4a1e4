#!/usr/bin/env python3
"""Train the model of like needs on models/pooling and write it anew, with its card.

To be run again whenever the encoder changes. Takes about a minute on two cores. The same
encoder and material give the same file.

Example: .venv/bin/python scripts/train_pooling.py
"""

import argparse
from pathlib import Path

from matchmaker.config import read_cache_folder
from matchmaker.matching.encoder import PACKAGED
from matchmaker.matching.pipeline import open_pipeline
from matchmaker.pooling.publishing import publish_pair_model

MODELS = Path(__file__).resolve().parent.parent / "models"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, default=MODELS, help="the folder to write into")
    arguments = parser.parse_args()
    pipeline = open_pipeline(PACKAGED, read_cache_folder())
    print(publish_pair_model(pipeline, arguments.models))


if __name__ == "__main__":
    main()
