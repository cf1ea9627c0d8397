import { z } from 'zod'
import { defineLayer } from '../layer'
import { pooling, poolingWindow, withStride } from './pooling'
import { moduleOf } from './rules'

/** torch.nn.AvgPool2d; with count_include_pad padding counts as zeros, else it does not count. */
export const avgPool2d = defineLayer({
  ...pooling,
  kind: 'AvgPool2d',
  short: 'AvgP',
  attributes: poolingWindow.extend({ count_include_pad: z.boolean().default(true) }).transform(withStride),
  python: moduleOf('nn.AvgPool2d')
})
