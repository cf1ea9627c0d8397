import type { Architecture } from '../architecture/schema'
import { layer, sequence } from './drawing'

/**
 * LeNet-5 (LeCun et al. 1998) for 32x32 colour pictures, with ReLU and max pooling as in PyTorch's tutorial;
 * 62,006 parameters.
 */
export function lenet5(): Architecture {
  return {
    format: 'residuum.architecture',
    version: 1,
    name: 'lenet-5',
    description: '',
    input: { channels: 3, height: 32, width: 32 },
    classes: 10,
    graph: sequence([
      layer('conv1', 'Conv2d', { out_channels: 6, kernel_size: 5 }),
      layer('relu1', 'ReLU'),
      layer('pool1', 'MaxPool2d', { kernel_size: 2 }),
      layer('conv2', 'Conv2d', { out_channels: 16, kernel_size: 5 }),
      layer('relu2', 'ReLU'),
      layer('pool2', 'MaxPool2d', { kernel_size: 2 }),
      layer('flatten', 'Flatten'),
      layer('fc1', 'Linear', { out_features: 120 }),
      layer('relu3', 'ReLU'),
      layer('fc2', 'Linear', { out_features: 84 }),
      layer('relu4', 'ReLU'),
      layer('fc3', 'Linear', { out_features: 10 })
    ]),
    blocks: {}
  }
}
