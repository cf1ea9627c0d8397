import { uniformInt } from 'pure-rand/distribution/uniformInt'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { outputSize, type ConvolutionCase } from './naiveConvolution'

type Pair = [number, number]

/** A convolution of random shape that has an output; half of them are narrow, of kernel 1, or of one channel. */
export function randomConvolution(random: RandomGenerator): ConvolutionCase {
  const within = (low: number, high: number): number => uniformInt(random, low, high)
  const pair = (low: number, high: number): Pair => [within(low, high), within(low, high)]
  const one = <T>(...choices: T[]): T => choices[within(0, choices.length - 1)]!
  for (;;) {
    const groups = one(1, 1, 1, 2, 3, 4)
    const kernel = one<Pair>([1, 1], pair(1, 8), pair(1, 8), pair(1, 3))
    const stride = pair(1, 4)
    const dilation = one<Pair>([1, 1], [1, 1], pair(1, 3))
    const padding = one<Pair>([0, 0], [0, 0], pair(0, 4))
    const places = one<Pair>(pair(1, 6), [within(1, 6), 1])
    // Exactly as large as so many places need, or up to a stride more; and without regard to them.
    const fitting = ([0, 1] as const).map((axis) => {
      const needed = (places[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1
      return Math.max(1, needed - 2 * padding[axis] + within(0, stride[axis] - 1))
    }) as Pair
    const drawn: ConvolutionCase = {
      batch: one(1, 2, 5, 64),
      size: one(fitting, [places[0] * stride[0], places[1] * stride[1]], pair(1, 10)),
      channels: groups * one(1, within(1, 4), within(1, 9)),
      outputs: groups * within(1, groups > 1 ? 3 : 9),
      kernel,
      stride,
      padding,
      dilation,
      groups
    }
    const area = drawn.size[0] * drawn.size[1]
    if (area <= 400 && outputSize(drawn).every((size) => size > 0)) return drawn
  }
}
