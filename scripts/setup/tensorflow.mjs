import { existsSync } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { cache, fillFolder, recordOf } from './folders.mjs'
import { device } from './gpu.mjs'
import { megabytes, say } from './log.mjs'
import { downloadWheel, extractWheel } from './python.mjs'
import { damages, filesBelow, problemWith, writeRecord } from './record.mjs'

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
/** The same build without GPU; PyPI has it for arm64 under this name only. */
const ARM_WHEEL = {
  ...cpython,
  platform: 'manylinux_2_17_aarch64',
  label: 'tensorflow',
  requirement: `tensorflow==${TENSORFLOW_VERSION}`,
  sha256: '3e9568c8efcb05c0266be223e3269c62ebf7ad3498f156438311735f6fa5ced5',
  bytes: 259_465_882
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

const onGpu = () => device().device === 'gpu'
const wheels = () => (onGpu() ? [GPU_WHEEL, ...NVIDIA_WHEELS] : [process.arch === 'arm64' ? ARM_WHEEL : CPU_WHEEL])

const folder = () => join(cache, `tensorflow-${TENSORFLOW_VERSION}-${onGpu() ? 'gpu' : 'cpu'}`)
export const tensorflowFolder = () => join(folder(), 'tensorflow')

const LIBRARIES = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2']
const INCLUDE = 'tensorflow/include/'
const HEADERS = ['tensorflow/', 'xla/tsl/', 'tsl/'].map((name) => INCLUDE + name)

/** Raised when what is extracted changes, so that what was extracted before is made again. */
const LAYOUT = 2
const key = () =>
  `layout ${LAYOUT} of ${wheels()
    .map(({ sha256 }) => sha256)
    .join(' ')}`

/** The headers have a record of their own, since nobody needs them once the addon is there. */
const headers = (where = folder()) => recordOf(where, key(), '.residuum-headers.json')
const libraries = () => recordOf(folder(), key())

/**
 * TensorFlow's libraries and headers, with those of CUDA for a GPU.
 * @param compiles whether the headers are needed: not where the addon is there
 */
export const tensorflowStep = (compiles) => ({
  title: 'TensorFlow',
  problem: () => problemWith(libraries()) ?? (compiles() ? problemWith(headers()) : null),
  damages: () => [...new Set([...damages(libraries()), ...damages(headers())])],
  describe: () => {
    const bytes = wheels().reduce((sum, wheel) => sum + wheel.bytes, 0)
    return `${TENSORFLOW_VERSION} for the ${onGpu() ? 'GPU' : 'CPU'}, ${megabytes(bytes)} from PyPI (${device().why})`
  },
  run: async () => {
    for (const { text, cure } of device().warnings) say(`    ${text}. ${cure}`)
    if (process.arch === 'arm64') say('    Residuum has not been tested on arm64.')
    const fill = async (partial) => {
      const fetch = async (wheel, prefixes) => {
        const downloads = join(partial, 'download')
        await extractWheel(await downloadWheel(wheel, downloads), prefixes, partial)
        await rm(downloads, { recursive: true, force: true })
      }
      const [tensorflow, ...nvidia] = wheels()
      await fetch(tensorflow, [...LIBRARIES, ...HEADERS])
      // libtensorflow looks for CUDA in ../nvidia beside its own folder.
      for (const wheel of nvidia) await fetch(wheel, ['nvidia/'])
      if (nvidia.length > 0) await linkNvrtc(join(partial, 'nvidia'))
      const names = filesBelow(join(partial, INCLUDE))
      writeRecord(
        headers(partial),
        names.map((name) => INCLUDE + name)
      )
    }
    await fillFolder(folder(), key(), fill, (path) => path.startsWith(INCLUDE))
  }
})

/** cuDNN looks for NVRTC in nvidia/nvrtc/lib; its wheel has nvidia/cuda_nvrtc/lib. */
export async function linkNvrtc(nvidia) {
  if (!existsSync(join(nvidia, 'nvrtc'))) await symlink('cuda_nvrtc', join(nvidia, 'nvrtc'))
}

/** Whether the program that compiles kernels for the GPU may be executed and cuDNN finds its compiler. */
export const gpuFolders = () => ({
  ptxas: join(folder(), 'nvidia/cuda_nvcc/bin/ptxas'),
  nvrtc: join(folder(), 'nvidia/nvrtc/lib')
})
