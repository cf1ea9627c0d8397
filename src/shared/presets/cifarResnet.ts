import type { Architecture, BlockDefinition } from '../architecture/schema'
import { block, join, layer, sequence } from './drawing'

const parameters: BlockDefinition['parameters'] = [
  { name: 'channels', type: 'integer', default: 16 },
  { name: 'stride', type: 'integer', default: 1 }
]
const main = [
  layer('conv1', 'Conv2d', { out_channels: '=channels', kernel_size: 3, stride: '=stride', padding: 1, bias: false }),
  layer('bn1', 'BatchNorm2d'),
  layer('relu1', 'ReLU'),
  layer('conv2', 'Conv2d', { out_channels: '=channels', kernel_size: 3, padding: 1, bias: false }),
  layer('bn2', 'BatchNorm2d')
]

/** The basic block of He et al. 2015, section 4.2, with a projection (1x1 convolution, batch norm) as shortcut. */
export const basic: BlockDefinition = {
  parameters: [...parameters, { name: 'projection', type: 'boolean', default: false }],
  graph: sequence([...main, layer('add', 'Add'), layer('relu2', 'ReLU')], {
    nodes: [
      layer(
        'downsample_conv',
        'Conv2d',
        { out_channels: '=channels', kernel_size: 1, stride: '=stride', bias: false },
        '=projection'
      ),
      layer('downsample_bn', 'BatchNorm2d', {}, '=projection')
    ],
    edges: [join('input', 'downsample_conv'), join('downsample_conv', 'downsample_bn'), join('downsample_bn', 'add', 1)]
  })
}

/** The same without a shortcut: what He et al. compare with to show the degradation of deep plain networks. */
const plain: BlockDefinition = { parameters, graph: sequence([...main, layer('relu2', 'ReLU')]) }

interface CifarSettings {
  /** 6 n + 2 layers with weights. */
  depth: number
  shortcuts?: boolean
  /** Channels of the first stage. */
  width?: number
}

/**
 * A network for 32x32 pictures (He et al. 2015, section 4.2): three stages of n blocks. With projection shortcuts
 * and width 16, ResNet-20 has 272,474 parameters and ResNet-56 has 855,770.
 */
export function cifarResnet({ depth, shortcuts = true, width = 16 }: CifarSettings): Architecture {
  const count = (depth - 2) / 6
  const name = shortcuts ? 'basic' : 'plain'
  const stage = (id: string, channels: number, first: Record<string, number | boolean>) =>
    block(id, name, { channels }, { count, first })
  const down: Record<string, number | boolean> = shortcuts ? { stride: 2, projection: true } : { stride: 2 }
  return {
    format: 'residuum.architecture',
    version: 1,
    name: `${shortcuts ? 'resnet' : 'plain'}-${depth}`,
    description: '',
    input: { channels: 3, height: 32, width: 32 },
    classes: 10,
    graph: sequence([
      layer('conv1', 'Conv2d', { out_channels: width, kernel_size: 3, padding: 1, bias: false }),
      layer('bn1', 'BatchNorm2d'),
      layer('relu1', 'ReLU'),
      stage('layer1', width, {}),
      stage('layer2', 2 * width, down),
      stage('layer3', 4 * width, down),
      layer('avgpool', 'AvgPool2d', { kernel_size: 8 }),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ]),
    blocks: shortcuts ? { basic } : { plain }
  }
}

/** ResNet-18 (He et al. 2015) for 32x32 pictures: a 3x3 stem without pooling; 11,173,962 parameters. */
export function resnet18(): Architecture {
  const stage = (id: string, channels: number, first: Record<string, number | boolean>) =>
    block(id, 'basic', { channels }, { count: 2, first })
  const down = { stride: 2, projection: true }
  return {
    format: 'residuum.architecture',
    version: 1,
    name: 'resnet-18',
    description: '',
    input: { channels: 3, height: 32, width: 32 },
    classes: 10,
    graph: sequence([
      layer('conv1', 'Conv2d', { out_channels: 64, kernel_size: 3, padding: 1, bias: false }),
      layer('bn1', 'BatchNorm2d'),
      layer('relu1', 'ReLU'),
      stage('layer1', 64, {}),
      stage('layer2', 128, down),
      stage('layer3', 256, down),
      stage('layer4', 512, down),
      layer('avgpool', 'AvgPool2d', { kernel_size: 4 }),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ]),
    blocks: { basic }
  }
}
