import type { Optimizer } from '../../../shared/experiment/optimizer'
import { adam, adamW } from './adam'
import type { OptimizerEmitter } from './optimizer'
import { rmsprop } from './rmsprop'
import { sgd } from './sgd'

/** Every optimizer by its kind; a kind without an entry is a type error. */
export const optimizers: { [K in Optimizer['kind']]: OptimizerEmitter<Extract<Optimizer, { kind: K }>> } = {
  SGD: sgd,
  Adam: adam,
  AdamW: adamW,
  RMSprop: rmsprop
}
