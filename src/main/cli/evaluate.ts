import { Command, Option } from 'commander'
import { statisticsOfOneValue } from '../../shared/architecture/batchStatistics'
import { checkArchitecture, type CheckedArchitecture } from '../../shared/architecture/check'
import { ResiduumError } from '../../shared/errors'
import type { Fault } from '../../shared/messages/coded'
import { sgdSchema } from '../../shared/experiment/optimizer'
import { forcedAlgorithms } from '../engine/tuning/algorithms'
import type { BatchInput } from '../engine/input/batches'
import { compileNetwork } from '../engine/compile'
import type { CompiledNetwork } from '../engine/compiledNetwork'
import { convolutionAlgorithms, type ConvolutionAlgorithm } from '../engine/graph/ops/convolution'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../engine/safetensors'
import { namedParameters, sizeOf } from '../engine/weights'
import { stateFrom } from '../engine/weightsFile'
import { MAX_TENSOR_BYTES, readWhole, writeFileAtomic } from '../files'
import { readArchitecture } from './documents'

interface EvaluateOptions {
  architecture: string
  weights: string
  images: string
  output: string
  mode: 'evaluation' | 'train'
  algorithms: ConvolutionAlgorithm
}
type Tensors = Map<string, { shape: readonly number[]; values: Float32Array }>

/**
 * `evaluate`: one pass of an architecture with given weights over given pictures, for scripts and for
 * checks against PyTorch. Images are float32 NCHW as the first layer gets them; all names and layouts
 * are PyTorch's.
 */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Logits, and with labels loss and gradients, of a network for pictures in a file.')
    .requiredOption('--architecture <file-or-preset>', 'an architecture’s JSON file or a preset’s name')
    .requiredOption('--weights <file>', 'its parameters and buffers, .safetensors')
    .requiredOption('--images <file>', '.safetensors with images and, optionally, labels')
    .requiredOption('--output <file>', 'where the results go, .safetensors')
    .addOption(
      new Option('--mode <mode>', 'batch norm and dropout').choices(['evaluation', 'train']).default('evaluation')
    )
    .addOption(
      new Option('--algorithms <name>', 'how convolutions are worked out; where that cannot be, directly')
        .choices(convolutionAlgorithms)
        .default('direct')
    )
    .action(async (options: EvaluateOptions) => {
      const { checked, problems } = checkArchitecture(await readArchitecture(options.architecture))
      if (!checked) throw new ResiduumError('architecture', { problem: problems[0]! })
      const { tensors } = decodeSafetensors(await readWhole(options.weights, MAX_TENSOR_BYTES), options.weights)
      const state = stateFrom(namedParameters(checked), tensors, options.weights)
      const { batch, labelled, count } = await readImages(options.images, checked)
      const single = options.mode === 'train' ? statisticsOfOneValue(checked, count) : null
      if (single) throw new ResiduumError('batch-of-one', { layer: single.path, kind: single.kind })
      const optimizer = sgdSchema.parse({ kind: 'SGD', learningRate: 1 })
      const algorithms = forcedAlgorithms(checked, count, options.algorithms)
      const network = await compileNetwork(checked, { optimizer }, { kind: 'fed' }, { probe: true, algorithms })
      try {
        network.writeState(state)
        const results = evaluate(network, checked, options.mode, batch, labelled, count)
        await writeFileAtomic(options.output, encodeSafetensors(results, { format: 'pt' }))
      } finally {
        network.close()
      }
    })
}

function evaluate(
  network: CompiledNetwork,
  architecture: CheckedArchitecture,
  mode: EvaluateOptions['mode'],
  batch: BatchInput,
  labelled: boolean,
  count: number
): Tensors {
  const probe = network.probe(mode === 'train' ? 'train' : 'evaluate', batch)
  const results: Tensors = new Map([['logits', { shape: [count, architecture.classes], values: probe.logits }]])
  const parameters = namedParameters(architecture)
  if (labelled) {
    results.set('loss', { shape: [], values: Float32Array.of(probe.loss) })
    for (const { name, shape } of parameters) {
      const values = probe.gradients.get(name)
      if (values) results.set(`gradient.${name}`, { shape, values })
    }
  }
  if (mode === 'train') {
    // A step of length zero moves the running statistics and nothing else.
    network.trainStep(batch, { learningRate: 0, seed: 0, step: 0 })
    const after = network.readState()
    for (const { name, shape, trainable } of parameters) {
      if (!trainable) results.set(name, { shape, values: after.get(name)! })
    }
  }
  return results
}

async function readImages(
  file: string,
  { inputShape, classes }: CheckedArchitecture
): Promise<{ batch: BatchInput; labelled: boolean; count: number }> {
  const refuse = (reason: Fault): ResiduumError => new ResiduumError('images-file', { file, reason })
  const { tensors } = decodeSafetensors(await readWhole(file, MAX_TENSOR_BYTES), file)
  const images = tensors.get('images')
  if (!images) throw refuse({ code: 'images-absent', parameters: {} })
  const [count, ...shape] = images.shape as [number, ...number[]]
  if (shape.join('x') !== inputShape.join('x')) {
    const parameters = { shape: images.shape.join('x'), wanted: ['N', ...inputShape].join('x') }
    throw refuse({ code: 'images-shape', parameters })
  }
  if (count === 0) throw refuse({ code: 'images-none', parameters: {} })
  const given = tensors.get('labels')
  if (given?.values instanceof Float32Array) {
    throw refuse({ code: 'labels-type', parameters: { type: given.dtype } })
  }
  const labels = given ? Int32Array.from(given.values) : new Int32Array(count)
  if (labels.length !== count) {
    throw refuse({ code: 'labels-count', parameters: { labels: labels.length, images: count } })
  }
  if (labels.some((label) => label < 0 || label >= classes)) {
    throw refuse({ code: 'labels-range', parameters: { maximum: classes - 1 } })
  }
  const batch = { images: channelsLast(floats(images, 'images', file), images.shape), labels }
  return { batch, labelled: given !== undefined, count }
}

function floats({ dtype, values }: StoredTensor, name: string, file: string): Float32Array {
  if (values instanceof Float32Array) return values
  const reason: Fault = { code: 'tensor-type', parameters: { name, type: dtype, wanted: 'F32, F16, BF16' } }
  throw new ResiduumError('images-file', { file, reason })
}

/** NCHW to NHWC. */
function channelsLast(values: Float32Array, shape: readonly number[]): Float32Array {
  const [count, channels, height, width] = shape as [number, number, number, number]
  const plane = height * width
  const result = new Float32Array(sizeOf(shape))
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const start = (image * channels + channel) * plane
      for (let place = 0; place < plane; place++) {
        result[(image * plane + place) * channels + channel] = values[start + place]!
      }
    }
  }
  return result
}
