"""Packs drawn towns into one file that training reads with nothing but numpy.

    pack.py FOLDER FILE.npz

FOLDER is what `draw-sample --training COUNT FOLDER` wrote. The file holds `images`, uint8
[towns, rows, columns, 3], red and blue less green and then each pixel less its western neighbour
(modulo 256: packs a third smaller), and `labels`, uint8 [towns, rows, columns].
"""

import pathlib
import sys

import numpy as np
import rasterio


def main(folder, path):
    pictures = [p for p in pathlib.Path(folder).glob("town-*.tif") if "labels" not in p.name]
    pictures.sort(key=lambda p: int(p.stem.split("-")[1]))
    if not pictures:
        sys.exit(f"{folder} holds no town-*.tif\n  draw them: draw-sample --training 28 {folder}")
    images, labels = [], []
    for picture in pictures:
        with rasterio.open(picture) as file:
            images.append(np.moveaxis(file.read(), 0, 2))
        with rasterio.open(picture.with_name(f"{picture.stem}-labels.tif")) as file:
            labels.append(file.read(1))
    images, labels = np.stack(images), np.stack(labels)
    images[..., ::2] -= images[..., 1:2]
    images[:, :, 1:] -= images[:, :, :-1].copy()
    np.savez_compressed(path, images=images, labels=labels)
    print(f"packed {len(images)} towns into {path}, {pathlib.Path(path).stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
