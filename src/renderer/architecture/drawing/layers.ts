import type { Link } from './branches'

/**
 * Each item's layer, along the way the drawing is read: behind all that it reads. `ids` in the drawing's order. What
 * reads nothing stands where the drawing has it: behind the item before it, or else just before its first reader. Of
 * items whose `rows` are known, those of a row stand behind all of the rows before.
 */
export function layersOf(
  ids: readonly string[],
  links: readonly Link[],
  rows: ReadonlyMap<string, number> = new Map()
): string[][] {
  const reads = new Set(links.map(({ target }) => target))
  const readers = new Map<string, string[]>(ids.map((id) => [id, []]))
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]))
  for (const { source, target } of links) {
    if (source === target || !readers.has(source) || !readers.has(target)) continue
    readers.get(source)!.push(target)
    waiting.set(target, waiting.get(target)! + 1)
  }
  const early = new Set<string>()
  for (const [index, id] of ids.entries()) {
    const before = ids[index - 1]
    if (before === undefined || reads.has(id)) continue
    if (leadsTo(readers, id, before)) early.add(id)
    else {
      readers.get(before)!.push(id)
      waiting.set(id, 1)
    }
  }

  const layer = new Map<string, number>()
  const open = new Set(ids)
  const ready = ids.filter((id) => waiting.get(id) === 0)
  const order: string[] = []
  const release = (id: string): void => {
    if (!open.delete(id)) return
    order.push(id)
    layer.set(id, layer.get(id) ?? 0)
    for (const target of readers.get(id)!) {
      if (!open.has(target)) continue
      layer.set(target, Math.max(layer.get(target) ?? 0, layer.get(id)! + 1))
      waiting.set(target, waiting.get(target)! - 1)
      if (waiting.get(target) === 0) ready.push(target)
    }
  }
  while (open.size > 0) {
    for (let next = ready.shift(); next !== undefined; next = ready.shift()) release(next)
    // A circle is opened at its first item in the drawing.
    const [first] = open
    if (first !== undefined) release(first)
  }

  const place = new Map(order.map((id, index) => [id, index]))
  for (const row of [...new Set(rows.values())].sort((a, b) => a - b)) {
    const before = order.filter((id) => (rows.get(id) ?? row) < row).map((id) => layer.get(id)!)
    const least = Math.max(-1, ...before) + 1
    for (const id of order) {
      if (rows.get(id) === row) layer.set(id, Math.max(layer.get(id)!, least))
      for (const target of readers.get(id)!) {
        if (place.get(target)! > place.get(id)!) layer.set(target, Math.max(layer.get(target)!, layer.get(id)! + 1))
      }
    }
  }

  for (const id of order.reverse()) {
    if (!early.has(id)) continue
    const next = Math.min(...readers.get(id)!.map((target) => layer.get(target)!))
    if (Number.isFinite(next)) layer.set(id, Math.max(0, next - 1))
  }
  const layers: string[][] = []
  for (const id of ids) (layers[layer.get(id)!] ??= []).push(id)
  return layers.filter((items) => items !== undefined)
}

function leadsTo(readers: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from])
  const waiting = [from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true
    for (const next of readers.get(id)!) {
      if (seen.has(next)) continue
      seen.add(next)
      waiting.push(next)
    }
  }
  return false
}
