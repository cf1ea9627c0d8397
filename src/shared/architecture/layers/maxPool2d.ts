import { defineLayer } from '../layer'
import { pooling, poolingWindow, withStride } from './pooling'
import { moduleOf } from './rules'

/** torch.nn.MaxPool2d (padding counts as minus infinity). */
export const maxPool2d = defineLayer({
  ...pooling,
  kind: 'MaxPool2d',
  short: 'MaxP',
  attributes: poolingWindow.transform(withStride),
  python: moduleOf('nn.MaxPool2d')
})
