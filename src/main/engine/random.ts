import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/**
 * A generator of its own for each purpose, decided by the seed and the purpose's name alone: what one
 * part of a run draws never shifts what another draws, and a resumed run needs no saved state.
 */
export function randomStream(seed: number, purpose: string): RandomGenerator {
  // FNV-1a over the purpose, started from the seed.
  let hash = 0x811c9dc5 ^ seed
  for (const byte of new TextEncoder().encode(purpose)) hash = Math.imul(hash ^ byte, 0x01000193)
  return xoroshiro128plus(hash | 0)
}

/** `length` values uniform in [-bound, bound). */
export function uniformValues(random: RandomGenerator, length: number, bound: number): Float32Array {
  const values = new Float32Array(length)
  for (let index = 0; index < length; index++) values[index] = (2 * uniformFloat64(random) - 1) * bound
  return values
}

/** `length` values of a normal distribution with mean 0 (Box and Muller 1958). */
export function normalValues(random: RandomGenerator, length: number, deviation: number): Float32Array {
  const values = new Float32Array(length)
  for (let index = 0; index < length; index += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)))
    const angle = 2 * Math.PI * uniformFloat64(random)
    values[index] = radius * Math.cos(angle)
    if (index + 1 < length) values[index + 1] = radius * Math.sin(angle)
  }
  return values
}

/** 0 to count-1 in random order (Fisher and Yates). */
export function permutation(random: RandomGenerator, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last)
    const swapped = order[last]!
    order[last] = order[other]!
    order[other] = swapped
  }
  return order
}
