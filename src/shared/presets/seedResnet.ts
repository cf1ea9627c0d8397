import type { Architecture, BlockDefinition } from '../architecture/schema'
import { block, join, layer, sequence } from './drawing'

/**
 * The tutorial's residual block: a ReLU stands before the addition too, and with `add_conv1_1` the
 * shortcut is a 1x1 convolution with bias and without batch norm.
 */
const residual: BlockDefinition = {
  parameters: [
    { name: 'channel_out', type: 'integer', default: 64 },
    { name: 'add_conv1_1', type: 'boolean', default: false },
    { name: 'stride', type: 'integer', default: 1 }
  ],
  graph: sequence(
    [
      layer('conv1', 'Conv2d', {
        out_channels: '=channel_out',
        kernel_size: 3,
        stride: '=stride',
        padding: 1,
        bias: false
      }),
      layer('bn1', 'BatchNorm2d'),
      layer('relu1', 'ReLU'),
      layer('conv2', 'Conv2d', { out_channels: '=channel_out', kernel_size: 3, padding: 1, bias: false }),
      layer('bn2', 'BatchNorm2d'),
      layer('relu2', 'ReLU'),
      layer('add', 'Add'),
      layer('relu3', 'ReLU')
    ],
    {
      nodes: [
        layer('shortcut', 'Conv2d', { out_channels: '=channel_out', kernel_size: 1, stride: '=stride' }, '=add_conv1_1')
      ],
      edges: [join('input', 'shortcut'), join('shortcut', 'add', 1)]
    }
  )
}

/**
 * The tutorial's ResNet for 96x96 pictures, `width` channels after the first convolution (64 in the
 * tutorial: 11,180,810 parameters).
 */
export function seedResnet(width = 64): Architecture {
  const stage = (id: string, channels: number): ReturnType<typeof block> =>
    block(id, 'residual', { channel_out: channels }, { count: 2, first: { add_conv1_1: true, stride: 2 } })
  return {
    format: 'residuum.architecture',
    version: 1,
    name: 'seed-resnet',
    description: '',
    input: { channels: 3, height: 96, width: 96 },
    classes: 10,
    graph: sequence([
      layer('conv1', 'Conv2d', { out_channels: width, kernel_size: 7, stride: 2 }),
      layer('bn1', 'BatchNorm2d', { eps: 1e-3 }),
      layer('relu1', 'ReLU'),
      layer('pool1', 'MaxPool2d', { kernel_size: 3, stride: 2, padding: 1 }),
      block('block2', 'residual', { channel_out: width }, { count: 2, first: {} }),
      stage('block3', width * 2),
      stage('block4', width * 4),
      stage('block5', width * 8),
      layer('pool5', 'AvgPool2d', { kernel_size: 3 }),
      layer('flatten', 'Flatten'),
      layer('classifier', 'Linear', { out_features: 10 })
    ]),
    blocks: { residual }
  }
}
