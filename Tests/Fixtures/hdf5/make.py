"""Makes the HDF5 files of these fixtures, and beside each the arrays that its own library reads from it, as .npz.

Made with Python 3.11, keras 3.15.1 (KERAS_BACKEND=jax, jax 0.10), h5py 3.16 and numpy 2.4:
    pip install keras jax h5py numpy; KERAS_BACKEND=jax python make.py
Keras 1, Theano and MATLAB do not run any more where this was made: their files are written by h5py in the layout of theirs.
"""
import os
import numpy as np
import h5py

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
from keras import layers as L

folder = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(folder, name)


def waves(shape, seed):
    return np.sin(seed + np.arange(int(np.prod(shape))) ** 2 % 97).astype(np.float32).reshape(shape)


def keras3():
    model = keras.Sequential([
        keras.Input((8, 8, 3)),
        L.Conv2D(4, 5, name="first", padding="same"),
        L.DepthwiseConv2D(3, depth_multiplier=2, name="deep", strides=2),
        L.SeparableConv2D(5, 3, name="apart", dilation_rate=2, padding="same"),
        L.Conv2D(4, 3, groups=1, name="grouped"),
        L.Conv2DTranspose(2, 4, name="up"),
        L.Flatten(),
        L.Dense(2, name="head"),
    ])
    model.set_weights([waves(w.shape, number) for number, w in enumerate(model.get_weights())])
    model.save(path("keras3.keras"))
    model.save_weights(path("keras3.weights.h5"))
    model.compile(keras.optimizers.SGD(momentum=0.9), "mse")
    model.fit(np.ones((1, 8, 8, 3)), np.zeros((1, 2)), verbose=0)
    model.set_weights([waves(w.shape, number) for number, w in enumerate(model.get_weights())])
    model.save(path("keras3-legacy.h5"))
    expected = {}
    for layer in model.layers:
        for variable in layer.weights:
            expected[f"{layer.name}/{variable.name}"] = np.array(variable)
    np.savez(path("keras3.npz"), **expected)


def keras1():
    for name, backend in [("keras1.h5", None), ("keras1-theano.h5", b"theano")]:
        with h5py.File(path(name), "w") as file:
            file.attrs["layer_names"] = [b"level1", b"output"]
            if backend:
                file.attrs["backend"] = backend
                file.attrs["keras_version"] = b"1.2.2"
            for number, (layer, shape) in enumerate([("level1", (4, 3, 5, 5)), ("output", (3, 4, 3, 3))]):
                group = file.create_group(layer)
                group.attrs["weight_names"] = [f"{layer}_W".encode(), f"{layer}_b".encode()]
                group[f"{layer}_W"] = waves(shape, number)
                group[f"{layer}_b"] = np.zeros(shape[0], np.float32)


def text(file, place, words):
    data = file.create_dataset(place, data=np.array([[ord(c)] for c in words], np.uint16))
    data.attrs["MATLAB_class"] = np.bytes_("char")
    data.attrs["MATLAB_int_decode"] = np.int32(2)


def number(file, place, values):
    file.create_dataset(place, data=np.array(values, np.float64).reshape(-1, 1)).attrs["MATLAB_class"] = np.bytes_("double")


def cell(file, place, objects):
    data = file.create_dataset(place, (len(objects), 1), dtype=h5py.ref_dtype)
    for index, target in enumerate(objects):
        data[index, 0] = target.ref
    data.attrs["MATLAB_class"] = np.bytes_("cell")


def matlab():
    """A network of two layers as MatConvNet's `save net.mat -v7.3 -struct` keeps it, and a graph's parameters."""
    with h5py.File(path("matconvnet.mat"), "w", userblock_size=512) as file:
        refs = file.create_group("#refs#")
        layers = []
        for index, shape in enumerate([(4, 3, 3, 5), (4, 3, 3)]):
            layer = refs.create_group(f"layer{index}")
            layer.attrs["MATLAB_class"] = np.bytes_("struct")
            text(file, f"#refs#/layer{index}/type", "conv")
            number(file, f"#refs#/layer{index}/stride", [2, 1])
            number(file, f"#refs#/layer{index}/dilate", [3])
            taps = refs.create_dataset(f"w{index}", data=waves(shape, index))
            taps.attrs["MATLAB_class"] = np.bytes_("single")
            bias = refs.create_dataset(f"b{index}", data=np.zeros((1, 4), np.float32))
            bias.attrs["MATLAB_class"] = np.bytes_("single")
            cell(file, f"#refs#/layer{index}/weights", [taps, bias])
            cell(file, f"#refs#/layer{index}/momentum", [taps, bias])
            layers.append(layer)
        relu = refs.create_group("layer2")
        relu.attrs["MATLAB_class"] = np.bytes_("struct")
        text(file, "#refs#/layer2/type", "relu")
        layers.append(relu)
        net = file.create_group("net")
        net.attrs["MATLAB_class"] = np.bytes_("struct")
        cell(file, "net/layers", layers)
        variable = file.create_dataset("W", data=waves((2, 3, 7, 7), 9))
        variable.attrs["MATLAB_class"] = np.bytes_("single")
        gap = file.create_dataset("gap", data=np.array([0, 0], np.uint64))
        gap.attrs["MATLAB_class"] = np.bytes_("cell")
        gap.attrs["MATLAB_empty"] = np.uint8(1)
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan  1 00:00:00 2024 HDF5 schema 1.00 ."
    with open(path("matconvnet.mat"), "r+b") as file:
        file.write(header.ljust(116) + b" " * 8 + b"\x00\x02IM")


def kinds():
    """What a reader has to skip or must not follow."""
    with h5py.File(path("kinds.h5"), "w") as file:
        file["big.weight"] = waves((2, 1, 3, 3), 1).astype(">f8")
        file["half.weight"] = waves((2, 1, 3, 3), 2).astype(np.float16)
        file.create_dataset("packed.weight", data=waves((4, 2, 5, 5), 3), chunks=(1, 2, 5, 5), compression="gzip", shuffle=True)
        file["complex.weight"] = np.zeros((1, 1, 3, 3), np.complex64)
        file["words"] = np.array([b"one", b"two"])
        file["empty.weight"] = np.zeros((0, 1, 3, 3), np.float32)
        file["group/again"] = file["half.weight"]
        file["loop"] = file["/group"]
        file["group/up"] = file["/"]
        file["soft"] = h5py.SoftLink("/big.weight")
        file["outside"] = h5py.ExternalLink("keras1.h5", "/level1/level1_W")
        layout = h5py.VirtualLayout((4, 3, 5, 5), np.float32)
        layout[...] = h5py.VirtualSource("keras1.h5", "level1/level1_W", (4, 3, 5, 5))
        file.create_virtual_dataset("virtual.weight", layout)
        file.create_dataset("external.weight", (1, 1, 3, 3), np.float32, external=[("/dev/zero", 0, 36)])
        file["slash%2F.weight"] = waves((1, 1, 3, 3), 4)
        file["scalar"] = np.float32(1)


def tiny():
    """A file small enough to be cut at every byte."""
    with h5py.File(path("tiny.h5"), "w", libver="latest") as file:
        layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        layout.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((1, 1, 3, 3))
        data = h5py.h5d.create(file.id, b"w", h5py.h5t.IEEE_F32LE, space, dcpl=layout)
        data.write(h5py.h5s.ALL, h5py.h5s.ALL, waves((1, 1, 3, 3), 5))


tiny()
keras3()
keras1()
matlab()
kinds()
