import type { Architecture, BlockDefinition } from '../architecture/schema'
import { block, join, layer, sequence } from './drawing'

/** The basic block of He et al. 2015, section 4.2, with a projection (1x1 convolution, batch norm) as shortcut. */
const basic: BlockDefinition = {
  parameters: [
    { name: 'channels', type: 'integer', default: 16 },
    { name: 'stride', type: 'integer', default: 1 },
    { name: 'projection', type: 'boolean', default: false }
  ],
  graph: sequence(
    [
      layer('conv1', 'Conv2d', {
        out_channels: '=channels',
        kernel_size: 3,
        stride: '=stride',
        padding: 1,
        bias: false
      }),
      layer('bn1', 'BatchNorm2d'),
      layer('relu1', 'ReLU'),
      layer('conv2', 'Conv2d', { out_channels: '=channels', kernel_size: 3, padding: 1, bias: false }),
      layer('bn2', 'BatchNorm2d'),
      layer('add', 'Add'),
      layer('relu2', 'ReLU')
    ],
    {
      nodes: [
        layer(
          'downsample_conv',
          'Conv2d',
          { out_channels: '=channels', kernel_size: 1, stride: '=stride', bias: false },
          '=projection'
        ),
        layer('downsample_bn', 'BatchNorm2d', {}, '=projection')
      ],
      edges: [
        join('input', 'downsample_conv'),
        join('downsample_conv', 'downsample_bn'),
        join('downsample_bn', 'add', 1)
      ]
    }
  )
}

/** ResNet-20 for 32x32 pictures (He et al. 2015), 272,474 parameters with projection shortcuts at width 16. */
export function resnet20(width = 16): Architecture {
  const stage = (id: string, channels: number, first: Record<string, number | boolean>) =>
    block(id, 'basic', { channels }, { count: 3, first })
  return {
    format: 'residuum.architecture',
    version: 1,
    name: 'resnet-20',
    description: '',
    input: { channels: 3, height: 32, width: 32 },
    classes: 10,
    graph: sequence([
      layer('conv1', 'Conv2d', { out_channels: width, kernel_size: 3, padding: 1, bias: false }),
      layer('bn1', 'BatchNorm2d'),
      layer('relu1', 'ReLU'),
      stage('layer1', width, {}),
      stage('layer2', 2 * width, { stride: 2, projection: true }),
      stage('layer3', 4 * width, { stride: 2, projection: true }),
      layer('avgpool', 'AvgPool2d', { kernel_size: 8 }),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ]),
    blocks: { basic }
  }
}
