#!/bin/sh
# FFmpeg: gblur, the "Gaussian blur" filter, is two-sided exponential by default.
# Guess: the impulse response is close to a Gaussian; its kurtosis is 3.
# Found: the standard deviation is σ to seven digits, the kurtosis 6.04, which is that of exp(−|x|/b). Six steps bring it to 3.54.
# Version: FFmpeg of imageio-ffmpeg 0.8.1 (n9.0.2).
. "$(dirname "$0")/environment"
packages imageio-ffmpeg==0.8.1 numpy==2.4.6
observe <<'PY'
import subprocess, imageio_ffmpeg, numpy as np
program = imageio_ffmpeg.get_ffmpeg_exe()
print(subprocess.run([program, "-version"], capture_output=True, text=True).stdout.split(" Copyright")[0])
side = 257
impulse = np.zeros((side, side), np.float32)
impulse[side // 2, side // 2] = 1
x = np.arange(side) - side // 2
size = ["-f", "rawvideo", "-pix_fmt", "grayf32le"]
for words, seen in [("sigma=5", 6.04), ("sigma=5:steps=2", 4.54), ("sigma=5:steps=6", 3.54)]:
    run = subprocess.run([program, "-v", "error", *size, "-s", f"{side}x{side}", "-i", "-", "-vf", "gblur=" + words, *size, "-"],
                         input=impulse.tobytes(), capture_output=True, check=True)
    profile = np.frombuffer(run.stdout, np.float32).reshape(side, side).astype(float).sum(0)
    variance = (profile * x**2).sum() / profile.sum()
    kurtosis = (profile * x**4).sum() / profile.sum() / variance**2
    print(f"gblur={words}: standard deviation {variance**0.5:.4f}, kurtosis {kurtosis:.2f} (a Gaussian has 3)")
    assert abs(variance**0.5 - 5) < 1e-3 and abs(kurtosis - seen) < 0.01
PY
