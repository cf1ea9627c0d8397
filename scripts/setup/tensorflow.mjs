import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { SetupError, megabytes } from './log.mjs'
import { cache, fillFolder } from './folders.mjs'
import { downloadWheel, extractWheel } from './python.mjs'
import { exists } from './run.mjs'

export const TENSORFLOW_VERSION = '2.20.0'

// One wheel for everybody: libtensorflow is the same in those of every Python, and the pins stay one a file.
const cpython = { platform: 'manylinux_2_17_x86_64', python: '3.11', abi: 'cp311' }

const CPU_WHEEL = {
  ...cpython,
  label: 'tensorflow-cpu',
  requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
  sha256: 'cf756bbe2d256e942ab5d0ad2c858fb40017581494febdb4387c149b1afde780',
  bytes: 258_876_263
}
const GPU_WHEEL = {
  ...cpython,
  label: 'tensorflow',
  requirement: `tensorflow==${TENSORFLOW_VERSION}`,
  sha256: '481499fd0f824583de8945be61d5e827898cdaa4f5ea1bc2cc28ca2ccff8229e',
  bytes: 620_570_129
}

const nvidia = (name, version, sha256, megabytesAbout) => ({
  platform: 'manylinux2014_x86_64',
  label: `nvidia-${name}-cu12`,
  requirement: `nvidia-${name}-cu12==${version}`,
  sha256,
  bytes: megabytesAbout * 1e6
})
/** The lowest versions that the wheel's extra `and-cuda` asks for, which it was built with; sizes are rounded. */
const NVIDIA_WHEELS = [
  nvidia('cublas', '12.5.3.2', 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b', 363),
  nvidia('cuda-cupti', '12.5.82', 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953', 14),
  nvidia('cuda-nvcc', '12.5.82', 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0', 23),
  nvidia('cuda-nvrtc', '12.5.82', '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd', 25),
  nvidia('cuda-runtime', '12.5.82', '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115', 1),
  nvidia('cudnn', '9.3.0.75', '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d', 577),
  nvidia('cufft', '11.2.3.61', '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8', 193),
  nvidia('curand', '10.3.6.82', '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536', 56),
  nvidia('cusolver', '11.6.3.83', '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b', 131),
  nvidia('cusparse', '12.5.1.3', '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752', 218),
  nvidia('nccl', '2.25.1', '362aed5963fb9ea2ed2f264409baae30143498fd0e5c503aeaa1badd88cdc54a', 201),
  nvidia('nvjitlink', '12.5.82', 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212', 22)
]

/** Where an NVIDIA driver answers; RESIDUUM_DEVICE=cpu keeps set-up to the CPU. */
export const hasGpu = () => process.env.RESIDUUM_DEVICE !== 'cpu' && exists('nvidia-smi', ['-L'])

const folder = () => join(cache, `tensorflow-${TENSORFLOW_VERSION}-${hasGpu() ? 'gpu' : 'cpu'}`)
export const tensorflowFolder = () => join(folder(), 'tensorflow')

const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2']
const HEADERS = ['tensorflow/', 'xla/tsl/', 'tsl/'].map((name) => `tensorflow/include/${name}`)

export const tensorflowStep = {
  title: 'TensorFlow',
  ready: () => existsSync(tensorflowFolder()),
  describe: () => {
    const wheels = hasGpu() ? [GPU_WHEEL, ...NVIDIA_WHEELS] : [CPU_WHEEL]
    const bytes = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0)
    return `${TENSORFLOW_VERSION} for the ${hasGpu() ? 'GPU' : 'CPU'}, ${megabytes(bytes)} from PyPI`
  },
  run: async () => {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new SetupError(
        `TensorFlow is set up automatically on Linux x64 only; this is ${process.platform} ${process.arch}. ` +
          'Run: npm rebuild @tensorflow/tfjs-node-gpu'
      )
    }
    await fillFolder(folder(), async (partial) => {
      const fetch = async (wheel, prefixes) => {
        const downloads = join(partial, 'download')
        await extractWheel(await downloadWheel(wheel, downloads), prefixes, partial)
        await rm(downloads, { recursive: true, force: true })
      }
      await fetch(hasGpu() ? GPU_WHEEL : CPU_WHEEL, [...LIBRARIES, ...HEADERS])
      // libtensorflow looks for CUDA in ../nvidia beside its own folder.
      if (hasGpu()) for (const wheel of NVIDIA_WHEELS) await fetch(wheel, ['nvidia/'])
    })
  }
}
