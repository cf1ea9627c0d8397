import { add as sum } from '../graph/ops/arithmetic'
import { multiply as product } from '../graph/ops/broadcast'
import { concatLast } from '../graph/ops/slicing'
import type { LayerEmitter } from './context'

export const add: LayerEmitter<object> = ({ graph }, _, inputs) => sum(graph, inputs)

/** Channels are the last axis of NHWC, features that of a vector. */
export const concatenate: LayerEmitter<object> = ({ graph }, _, inputs) => concatLast(graph, inputs)

export const multiply: LayerEmitter<object> = ({ graph }, _, inputs) =>
  inputs.reduce((left, right) => product(graph, left, right))
