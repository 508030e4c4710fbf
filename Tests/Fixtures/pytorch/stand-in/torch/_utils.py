def _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks):
    """The name by which a pickle says that a tensor follows."""
    raise NotImplementedError
