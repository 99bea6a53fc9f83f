"""The other engines in float32, each set up for speed as its users would do it.

An engine is a class with the modules to import before the clock starts, the distributions whose
versions count, and the kind of file it reads (`exports.py`). An instance is one loaded model with
its input in place: `run()` is the call that is timed, `logits()` reads the last run's result,
[N, classes]. Classes import libraries themselves, so that a worker process loads only its own.
"""

import numpy as np


class OpenVINO:
    """One request of the whole batch, over all threads."""

    modules = ("openvino",)
    distributions = ("openvino",)
    file_kind = "onnx"
    hint = "LATENCY"

    def __init__(self, folder, images, threads):
        import openvino

        core = openvino.Core()
        # On a CPU that has bfloat16, the precision hint's default is bfloat16.
        self.compiled = core.compile_model(core.read_model(folder / "model.onnx"), "CPU", {
            "PERFORMANCE_HINT": self.hint,
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
        })
        # A process that compiles while pinned to fewer cores silently gets fewer threads.
        granted = self.compiled.get_property("INFERENCE_NUM_THREADS")
        if granted != threads:
            raise RuntimeError(f"OpenVINO gave {granted} threads instead of {threads}")
        self.images = images
        self.request = self.compiled.create_infer_request()
        self.request.set_input_tensor(openvino.Tensor(images, shared_memory=True))

    def run(self):
        """One inference; the request holds the input, and the result stays in its tensor."""
        self.request.infer(share_outputs=True)

    def logits(self):
        """A copy of the output tensor."""
        return self.request.get_output_tensor().data.copy()


class OpenVINOThroughput(OpenVINO):
    """One request per image of the batch; OpenVINO distributes them over streams."""

    batch_of_file = 1
    hint = "THROUGHPUT"

    def __init__(self, folder, images, threads):
        import openvino

        super().__init__(folder, np.ascontiguousarray(images[:1]), threads)
        self.requests = []
        for index in range(len(images)):
            request = self.compiled.create_infer_request()
            image = np.ascontiguousarray(images[index : index + 1])
            request.set_input_tensor(openvino.Tensor(image, shared_memory=True))
            self.requests.append((request, image))

    def run(self):
        """Starts all requests and waits for all of them."""
        for request, _ in self.requests:
            request.start_async()
        for request, _ in self.requests:
            request.wait()

    def logits(self):
        """Copies of the output tensors, in the order of the images."""
        return np.concatenate([r.get_output_tensor().data for r, _ in self.requests])


class ONNXRuntime:
    """All graph optimisations, input and output bound to memory once."""

    modules = ("onnxruntime",)
    distributions = ("onnxruntime",)
    file_kind = "onnx"

    def __init__(self, folder, images, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        output = self.session.get_outputs()[0]
        self.output = onnxruntime.OrtValue.ortvalue_from_shape_and_type(output.shape, np.float32)
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input(
            self.session.get_inputs()[0].name, onnxruntime.OrtValue.ortvalue_from_numpy(images))
        self.binding.bind_ortvalue_output(output.name, self.output)

    def run(self):
        """One inference on the bound memory."""
        self.session.run_with_iobinding(self.binding)

    def logits(self):
        """A copy of the bound output."""
        return self.output.numpy()


class Torch:
    """Inductor: weights frozen into the compiled graph, channels last."""

    modules = ("torch", "torch._inductor.config", "timm_models")
    distributions = ("torch", "timm")
    file_kind = "safetensors"

    def __init__(self, folder, images, threads):
        import exports
        import torch
        import torch._inductor.config

        torch.set_num_threads(threads)
        torch._inductor.config.freezing = True
        model = exports.from_file(folder).to(memory_format=torch.channels_last)
        self.compiled = torch.compile(model)
        self.images = torch.from_numpy(images).contiguous(memory_format=torch.channels_last)
        self.inference_mode = torch.no_grad
        self.output = None

    def run(self):
        """One call of the compiled graph."""
        with self.inference_mode():
            self.output = self.compiled(self.images)

    def logits(self):
        """The last call's tensor."""
        return self.output.numpy()


class NCNN:
    """Converted by pnnx with float32 weights. ncnn has no batches: images follow one another."""

    modules = ("ncnn",)
    distributions = ("ncnn", "pnnx")
    file_kind = "ncnn"
    batch_of_file = 1

    def __init__(self, folder, images, threads):
        import ncnn

        self.net = ncnn.Net()
        self.net.opt.num_threads = threads
        self.net.opt.use_vulkan_compute = False
        for option in (
                "use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic",
                "use_bf16_packed", "use_bf16_storage"):
            setattr(self.net.opt, option, False)
        if self.net.load_param(str(folder / "model.ncnn.param")) != 0:
            raise RuntimeError("ncnn cannot read the model's graph")
        if self.net.load_model(str(folder / "model.ncnn.bin")) != 0:
            raise RuntimeError("ncnn cannot read the model's weights")
        # A Mat made from an array shares its memory.
        self.images = images
        self.inputs = [ncnn.Mat(image) for image in images]
        self.outputs = []

    def run(self):
        """One extractor per image."""
        self.outputs = []
        for image in self.inputs:
            extractor = self.net.create_extractor()
            extractor.input("in0", image)
            self.outputs.append(extractor.extract("out0")[1])

    def logits(self):
        """Copies of the last run's vectors."""
        return np.stack([np.array(output).reshape(-1) for output in self.outputs])


class ExecuTorch:
    """Lowered to XNNPACK ahead of time."""

    modules = ("torch", "executorch.runtime")
    distributions = ("executorch",)
    file_kind = "executorch"

    def __init__(self, folder, images, threads):
        import torch
        from executorch.extension.pybindings import portable_lib
        from executorch.runtime import Runtime

        # Otherwise the pool has one thread per core of the machine.
        portable_lib._unsafe_reset_threadpool(threads)
        self.program = Runtime.get().load_program(folder / "model.pte")
        self.method = self.program.load_method("forward")
        self.inputs = [torch.from_numpy(images)]
        self.outputs = None

    def run(self):
        """One call of the method."""
        self.outputs = self.method.execute(self.inputs)

    def logits(self):
        """The last call's tensor."""
        return self.outputs[0].numpy()


ENGINES = {
    "openvino": OpenVINO,
    "openvino-throughput": OpenVINOThroughput,
    "onnxruntime": ONNXRuntime,
    "torch": Torch,
    "ncnn": NCNN,
    "executorch": ExecuTorch,
}
# Their names in tables; `ours` is the command of this package.
TITLES = {
    "ours": "**fastvit (ours)**",
    "openvino": "OpenVINO",
    "openvino-throughput": "OpenVINO, one request per image",
    "onnxruntime": "ONNX Runtime",
    "torch": "PyTorch inductor",
    "ncnn": "ncnn",
    "executorch": "ExecuTorch (XNNPACK)",
}
REQUIRED = ("openvino", "onnxruntime")
