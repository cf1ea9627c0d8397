import type { Architecture, ArchitectureNode, BlockDefinition } from '../architecture/schema'
import { block, join, layer, sequence } from './drawing'

const drawing = (
  name: string,
  side: number,
  nodes: ArchitectureNode[],
  blocks: Record<string, BlockDefinition> = {}
): Architecture => ({
  format: 'residuum.architecture',
  version: 1,
  name,
  description: '',
  input: { channels: 3, height: side, width: side },
  classes: 10,
  graph: sequence(nodes),
  blocks
})
const convolution = (id: string, out_channels: number, kernel_size: number, padding = 0, stride = 1) =>
  layer(id, 'Conv2d', { out_channels, kernel_size, padding, stride })
const linear = (id: string, out_features: number) => layer(id, 'Linear', { out_features })
const pooling = (id: string, kernel_size: number, stride: number, padding = 0) =>
  layer(id, 'MaxPool2d', { kernel_size, stride, padding })

/** A convolution without bias, batch norm and ReLU: the unit of the newer networks. */
const unit: BlockDefinition = {
  parameters: [
    { name: 'channels', type: 'integer', default: 64 },
    { name: 'kernel', type: 'integer', default: 3 },
    { name: 'stride', type: 'integer', default: 1 },
    { name: 'padding', type: 'integer', default: 1 }
  ],
  graph: sequence([
    layer('conv', 'Conv2d', {
      out_channels: '=channels',
      kernel_size: '=kernel',
      stride: '=stride',
      padding: '=padding',
      bias: false
    }),
    layer('bn', 'BatchNorm2d'),
    layer('relu', 'ReLU')
  ])
}

/**
 * AlexNet (Krizhevsky et al. 2012) as torchvision has it, for 96x96 pictures: the last pooling leaves 2x2, so that
 * the first linear layer is narrower; 23,490,378 parameters.
 */
export const alexnet = (): Architecture =>
  drawing('alexnet', 96, [
    convolution('conv1', 64, 11, 2, 4),
    layer('relu1', 'ReLU'),
    pooling('pool1', 3, 2),
    convolution('conv2', 192, 5, 2),
    layer('relu2', 'ReLU'),
    pooling('pool2', 3, 2),
    convolution('conv3', 384, 3, 1),
    layer('relu3', 'ReLU'),
    convolution('conv4', 256, 3, 1),
    layer('relu4', 'ReLU'),
    convolution('conv5', 256, 3, 1),
    layer('relu5', 'ReLU'),
    pooling('pool5', 3, 2),
    layer('flatten', 'Flatten'),
    layer('dropout1', 'Dropout', { p: 0.5 }),
    linear('fc1', 4096),
    layer('relu6', 'ReLU'),
    layer('dropout2', 'Dropout', { p: 0.5 }),
    linear('fc2', 4096),
    layer('relu7', 'ReLU'),
    linear('fc3', 10)
  ])

/** VGG-11 with batch norm (Simonyan and Zisserman 2015) for 32x32 pictures, one linear layer; 9,231,114 parameters. */
export function vgg11(): Architecture {
  const stages = [[64], [128], [256, 256], [512, 512], [512, 512]]
  let number = 0
  const features = stages.flatMap((widths, stage) => [
    ...widths.flatMap((channels) => {
      number += 1
      return [
        convolution(`conv${number}`, channels, 3, 1),
        layer(`bn${number}`, 'BatchNorm2d'),
        layer(`relu${number}`, 'ReLU')
      ]
    }),
    pooling(`pool${stage + 1}`, 2, 2)
  ])
  return drawing('vgg-11', 32, [...features, layer('flatten', 'Flatten'), linear('fc', 10)])
}

/** Four branches side by side (Szegedy et al. 2015), with batch norm as in torchvision and 3x3 in place of 5x5. */
const inception: BlockDefinition = {
  parameters: ['one', 'three_reduce', 'three', 'five_reduce', 'five', 'pool_project'].map((name) => ({
    name,
    type: 'integer' as const,
    default: 32
  })),
  graph: sequence(
    [block('branch1', 'unit', { channels: '=one', kernel: 1, padding: 0 }), layer('concat', 'Concatenate')],
    {
      nodes: [
        block('branch2_reduce', 'unit', { channels: '=three_reduce', kernel: 1, padding: 0 }),
        block('branch2', 'unit', { channels: '=three' }),
        block('branch3_reduce', 'unit', { channels: '=five_reduce', kernel: 1, padding: 0 }),
        block('branch3', 'unit', { channels: '=five' }),
        layer('branch4_pool', 'MaxPool2d', { kernel_size: 3, stride: 1, padding: 1 }),
        block('branch4', 'unit', { channels: '=pool_project', kernel: 1, padding: 0 })
      ],
      edges: [
        join('input', 'branch2_reduce'),
        join('branch2_reduce', 'branch2'),
        join('branch2', 'concat', 1),
        join('input', 'branch3_reduce'),
        join('branch3_reduce', 'branch3'),
        join('branch3', 'concat', 2),
        join('input', 'branch4_pool'),
        join('branch4_pool', 'branch4'),
        join('branch4', 'concat', 3)
      ]
    }
  )
}

/** A small GoogLeNet for 96x96 pictures: five of the nine inception blocks of Szegedy et al. 2015. */
export function googlenet(): Architecture {
  const module = (id: string, ...widths: [number, number, number, number, number, number]) => {
    const [one, three_reduce, three, five_reduce, five, pool_project] = widths
    return block(id, 'inception', { one, three_reduce, three, five_reduce, five, pool_project })
  }
  return drawing(
    'googlenet-small',
    96,
    [
      block('stem1', 'unit', { channels: 64, kernel: 7, stride: 2, padding: 3 }),
      pooling('pool1', 3, 2, 1),
      block('stem2', 'unit', { channels: 64, kernel: 1, padding: 0 }),
      block('stem3', 'unit', { channels: 192 }),
      pooling('pool2', 3, 2, 1),
      module('inception3a', 64, 96, 128, 16, 32, 32),
      module('inception3b', 128, 128, 192, 32, 96, 64),
      pooling('pool3', 3, 2, 1),
      module('inception4a', 192, 96, 208, 16, 48, 64),
      module('inception4e', 256, 160, 320, 32, 128, 128),
      pooling('pool4', 3, 2, 1),
      module('inception5b', 384, 192, 384, 48, 128, 128),
      layer('avgpool', 'AvgPool2d', { kernel_size: 3 }),
      layer('flatten', 'Flatten'),
      layer('dropout', 'Dropout', { p: 0.2 }),
      linear('fc', 10)
    ],
    { unit, inception }
  )
}

/** Two units and the input beside them. */
const residual: BlockDefinition = {
  parameters: [{ name: 'channels', type: 'integer', default: 128 }],
  graph: sequence(
    [
      block('unit1', 'unit', { channels: '=channels' }),
      block('unit2', 'unit', { channels: '=channels' }),
      layer('add', 'Add')
    ],
    { nodes: [], edges: [join('input', 'add', 1)] }
  )
}

/** ResNet-9 for 32x32 pictures (Page 2018), which trains in few epochs; its logits are scaled by an eighth. */
export const resnet9 = (): Architecture =>
  drawing(
    'resnet-9',
    32,
    [
      block('prep', 'unit', { channels: 64 }),
      block('layer1', 'unit', { channels: 128 }),
      pooling('pool1', 2, 2),
      block('residual1', 'residual', { channels: 128 }),
      block('layer2', 'unit', { channels: 256 }),
      pooling('pool2', 2, 2),
      block('layer3', 'unit', { channels: 512 }),
      pooling('pool3', 2, 2),
      block('residual3', 'residual', { channels: 512 }),
      pooling('pool4', 4, 4),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10, bias: false }),
      layer('scale', 'Scale', { factor: 0.125 })
    ],
    { unit, residual }
  )
