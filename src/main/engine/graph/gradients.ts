import { addN } from './ops/arithmetic'
import { reference, type Graph, type Tensor } from './graph'

/**
 * Reverse-mode differentiation: the gradients of a scalar `loss` with respect to `targets`, in their
 * order, each of its target's shape. Nothing is emitted for tensors no target depends on, so the
 * input pictures get no gradient. Throws when a target does not reach the loss.
 */
export function gradients(graph: Graph, loss: Tensor, seed: Tensor, targets: readonly Tensor[]): Tensor[] {
  const tape = [...graph.tape]
  const reached = new Set(targets.map(reference))
  for (const { output, inputs } of tape) {
    if (inputs.some((input) => reached.has(reference(input)))) reached.add(reference(output))
  }
  const pending = new Map<string, Tensor[]>([[reference(loss), [seed]]])
  const collect = (tensor: Tensor): Tensor | null => {
    const parts = pending.get(reference(tensor))
    if (!parts) return null
    const sum = parts.length === 1 ? parts[0]! : addN(graph, parts)
    pending.set(reference(tensor), [sum])
    return sum
  }
  for (const { output, inputs, gradient } of tape.reverse()) {
    if (!reached.has(reference(output))) continue
    const outputGradient = collect(output)
    if (!outputGradient) continue
    const needed = inputs.map((input) => reached.has(reference(input)))
    gradient(outputGradient, needed).forEach((part, index) => {
      if (!part || !needed[index]) return
      const key = reference(inputs[index]!)
      pending.set(key, [...(pending.get(key) ?? []), part])
    })
  }
  return targets.map((target) => {
    const result = collect(target)
    if (!result) throw new Error(`${target.node} does not reach the loss`)
    return result
  })
}
