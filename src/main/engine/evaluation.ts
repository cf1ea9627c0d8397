import type { Batch } from './input/batches'
import type { Graph, Tensor } from './graph/graph'
import { identity, reduceAll } from './graph/ops/arithmetic'
import { softmax, topClasses } from './graph/ops/loss'
import { gatherOfRows } from './graph/ops/shape'
import type { Signature } from './graph/savedModel'

/** Classes that an evaluation tells of a picture; all where there are fewer. */
const BEST_CLASSES = 5

/** A function that judges a batch by `logits`, float32 [batch, classes], and `loss`, one value a picture. */
export function evaluationSignature(
  graph: Graph,
  { feeds, batch }: { feeds: Record<string, Tensor>; batch: Batch },
  { logits, loss }: { logits: Tensor; loss: { each: Tensor } }
): Signature {
  const probabilities = softmax(graph, logits)
  // By the logits: different ones may have one probability in float32, and where it is zero nothing would order them.
  const classes = topClasses(graph, logits, Math.min(BEST_CLASSES, logits.shape[1]!))
  return {
    inputs: feeds,
    outputs: {
      lossSum: reduceAll(graph, 'Sum', loss.each),
      labels: identity(graph, batch.labels),
      classes,
      probabilities: gatherOfRows(graph, probabilities, classes),
      trueProbability: gatherOfRows(graph, probabilities, batch.labels)
    }
  }
}
