import { describe, expect, it } from 'vitest'
import { bandsOf, pictureSize } from '../../../../src/renderer/architecture/drawing/bands'
import { layOut, type Direction, type Layout, type Point } from '../../../../src/renderer/architecture/drawing/layout'
import {
  DENSE,
  layOutDrawing,
  provisional,
  sizeOf,
  stageOf
} from '../../../../src/renderer/architecture/drawing/placement'
import { buildDiagram, pathsToOpen } from '../../../../src/renderer/architecture/overview/overview'
import { checkArchitecture } from '../../../../src/shared/architecture/check'
import { insertAfter, insertOnEdge, readsAcross } from '../../../../src/shared/architecture/edit'
import type { Architecture, ArchitectureGraph } from '../../../../src/shared/architecture/schema'
import { edgeKey } from '../../../../src/shared/architecture/topology'
import { presets } from '../../../../src/shared/presets'
import { join, layer, sequence } from '../../../../src/shared/presets/drawing'
import { randomArchitecture, seededDraw, tryEdit } from '../../../support/randomEdits'

/** The editor's canvas at 1280x800 and 1920x1080, and one that is higher than wide. */
const STAGES = [
  [680, 600],
  [1320, 880],
  [500, 760]
] as const
const stage = ([width, height]: readonly [number, number], direction: Direction = 'across') =>
  stageOf({ width, height }, direction)
const RANDOM = Array.from({ length: 24 }, (_, seed) => randomArchitecture(seed))
const center = ({ places, sizes }: Layout, id: string): Point => {
  const [{ x, y }, { width, height }] = [places.get(id)!, sizes.get(id)!]
  return { x: x + width / 2, y: y + height / 2 }
}
const rowOf = (layout: Layout, id: string): number => layout.kept.get(null)!.rows.get(id)!

/** What is wrong with a layout: boxes that overlap, connections that run through one or do not lead where they should. */
function faults(layout: Layout, edges: readonly { id: string; source: string; target: string }[]): string[] {
  const found: string[] = []
  const boxes = [...layout.sizes].map(([id, { width, height }]) => {
    const { x, y } = layout.places.get(id)!
    return { id, left: x, top: y, right: x + width, bottom: y + height }
  })
  const holds = (a: (typeof boxes)[number], b: (typeof boxes)[number]): boolean =>
    a.left < b.left && a.top < b.top && a.right > b.right && a.bottom > b.bottom
  for (const a of boxes) {
    for (const b of boxes) {
      if (a.id >= b.id || a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom) continue
      if (!holds(a, b) && !holds(b, a)) found.push(`${a.id} overlaps ${b.id}`)
    }
  }
  const leaves = boxes.filter((box) => !boxes.some((other) => other !== box && holds(box, other)))
  for (const { id, source, target } of edges) {
    const route = layout.routes.get(id)
    if (!route) {
      found.push(`${id} has no way`)
      continue
    }
    const side = layout.direction === 'across' ? 'x' : 'y'
    const length = layout.direction === 'across' ? 'width' : 'height'
    const [from, to] = [layout.places.get(source)!, layout.places.get(target)!]
    if (Math.abs(route[0]![side] - from[side] - layout.sizes.get(source)![length]) > 1) found.push(`${id} leaves`)
    if (Math.abs(route.at(-1)![side] - to[side]) > 1) found.push(`${id} arrives`)
    for (const [index, a] of route.slice(1).entries()) {
      const b = route[index]!
      if (Math.abs(a.x - b.x) > 0.6 && Math.abs(a.y - b.y) > 0.6) found.push(`${id} is not level`)
      for (const box of leaves) {
        const inside =
          Math.max(a.x, b.x) > box.left + 1 &&
          Math.min(a.x, b.x) < box.right - 1 &&
          Math.max(a.y, b.y) > box.top + 1 &&
          Math.min(a.y, b.y) < box.bottom - 1
        if (inside) found.push(`${id} runs through ${box.id}`)
      }
    }
  }
  return found
}
const faultsOf = (graph: ArchitectureGraph, layout: Layout): string[] =>
  faults(
    layout,
    graph.edges.map((edge) => ({ id: edgeKey(edge), ...edge }))
  )

describe('a layout', () => {
  it('lets no boxes overlap and no connection run through one, in either direction', () => {
    for (const [seed, architecture] of RANDOM.entries()) {
      for (const { graph } of [architecture, ...Object.values(architecture.blocks)]) {
        for (const direction of ['across', 'down'] as const) {
          const layout = layOutDrawing(graph, stage(STAGES[seed % 3]!, direction))
          expect(faultsOf(graph, layout), `seed ${seed}`).toEqual([])
          expect(layout.places.size).toBe(graph.nodes.length)
        }
      }
    }
  })

  it('draws what is not finished too: parts that nothing leads to, and a circle', () => {
    const { graph } = presets['seed-resnet'].architecture
    const open = { ...graph, edges: graph.edges.filter(({ target }) => target !== 'block3' && target !== 'output') }
    const layout = layOutDrawing(open, stage(STAGES[0]))
    expect(faultsOf(open, layout)).toEqual([])
    const whole = layOutDrawing(graph, stage(STAGES[0]))
    // Who only takes a connection away sees everything where it was.
    expect(layout.places.get('block5')).toEqual(whole.places.get('block5'))
    const circle = { ...graph, edges: [...graph.edges, join('block5', 'block3', 1)] }
    expect(layOutDrawing(circle, stage(STAGES[0])).places.size).toBe(graph.nodes.length)
  })

  it('fills the stage: the seed network and GoogLeNet are read as a whole', () => {
    for (const [name, least] of [
      ['seed-resnet', 0.75],
      ['googlenet-small', 0.6],
      ['resnet-56', 0.75]
    ] as const) {
      const { graph } = presets[name].architecture
      for (const size of STAGES.slice(0, 2)) {
        const { extent } = layOutDrawing(graph, stage(size))
        const zoom = Math.min((size[0] - 48) / extent.width, (size[1] - 48) / extent.height)
        expect(zoom, `${name} at ${size.join('x')}`).toBeGreaterThan(least)
      }
    }
  })

  it('reads in rows, each from left to right, or in columns from top to bottom', () => {
    const { graph } = presets['vgg-11'].architecture
    for (const direction of ['across', 'down'] as const) {
      const layout = layOutDrawing(graph, stage(STAGES[0], direction))
      const [along, beside] = direction === 'across' ? (['x', 'y'] as const) : (['y', 'x'] as const)
      const order = graph.nodes.map(({ id }) => ({ row: rowOf(layout, id), ...center(layout, id) }))
      expect(new Set(order.map(({ row }) => row)).size).toBeGreaterThan(2)
      for (const [index, node] of order.slice(1).entries()) {
        const before = order[index]!
        if (node.row === before.row) {
          expect(node[along]).toBeGreaterThan(before[along])
          expect(node[beside]).toBeCloseTo(before[beside])
        } else {
          expect(node.row).toBe(before.row + 1)
          expect(node[beside]).toBeGreaterThan(before[beside])
        }
      }
    }
  })

  it('has the main way straight and shortcuts beside it', () => {
    const { graph } = presets['resnet-20'].architecture.blocks.basic!
    const layout = layOutDrawing(graph, stage([2400, 300]))
    const main = ['input', 'conv1', 'bn1', 'relu1', 'conv2', 'bn2', 'add', 'relu2', 'output']
    expect(new Set(main.map((id) => Math.round(center(layout, id).y))).size).toBe(1)
    for (const id of ['downsample_conv', 'downsample_bn']) {
      expect(layout.places.get(id)!.y).toBeGreaterThan(layout.places.get('conv1')!.y + sizeOf({ type: 'layer' }).height)
    }
    const identity = sequence([layer('conv', 'Conv2d'), layer('relu', 'ReLU'), layer('add', 'Add')], {
      nodes: [],
      edges: [join('input', 'add', 1)]
    })
    const drawn = layOutDrawing(identity, stage(STAGES[1]))
    expect(Math.max(...drawn.routes.get('input>add:1')!.map(({ y }) => y))).toBeGreaterThan(
      drawn.places.get('conv')!.y + sizeOf({ type: 'layer' }).height
    )
  })
})

describe('the whole network', () => {
  it.each(['seed-resnet', 'resnet-56', 'googlenet-small', 'resnet-9'] as const)(
    '%s is drawn with its groups',
    (name) => {
      const { architecture } = presets[name]
      const check = checkArchitecture(architecture)
      const { units, edges } = buildDiagram(architecture, check, new Set(pathsToOpen(architecture, check)))
      const boxes = units.map((unit) => ({
        id: unit.id,
        size: unit.opening === 'open' ? null : sizeOf(unit, true),
        parent: unit.parent
      }))
      const layout = layOut(boxes, edges, DENSE, stage(STAGES[1]))
      expect(faults(layout, edges)).toEqual([])
      for (const { id, parent } of boxes) {
        if (parent === null) continue
        const [inner, outer] = [layout.places.get(id)!, layout.places.get(parent)!]
        expect(inner.x).toBeGreaterThan(outer.x)
        expect(inner.x + layout.sizes.get(id)!.width).toBeLessThan(outer.x + layout.sizes.get(parent)!.width)
        expect(inner.y + layout.sizes.get(id)!.height).toBeLessThan(outer.y + layout.sizes.get(parent)!.height)
      }
      // Wide, not a ribbon.
      expect(layout.extent.width / layout.extent.height).toBeGreaterThan(0.7)
    }
  )
})

describe('after an edit', () => {
  it('what stands before an insertion stays where it is, what is behind it in its row makes room', () => {
    const { architecture } = presets['seed-resnet']
    const before = layOutDrawing(architecture.graph, stage(STAGES[0]))
    const [inRow] = [...before.kept.get(null)!.rows].filter(([, row]) => row === 1).map(([id]) => id)
    const { architecture: next, ids } = insertAfter(architecture, null, { type: 'layer', kind: 'Tanh' }, [inRow!])
    const after = layOutDrawing(next.graph, stage(STAGES[0]), { former: before })
    for (const { id } of architecture.graph.nodes) {
      const [was, is] = [before.places.get(id)!, after.places.get(id)!]
      expect(rowOf(after, id)).toBe(rowOf(before, id))
      expect(is.y).toBe(was.y)
      if (rowOf(before, id) !== 1 || id === inRow) expect(is.x).toBe(was.x)
      else expect(is.x).toBeGreaterThan(was.x)
    }
    expect(after.places.get(ids[0]!)!.y).toBe(after.places.get(inRow!)!.y)
  })

  it('of random architectures everything keeps its row and its side', () => {
    let inserted = 0
    for (const [seed, architecture] of RANDOM.entries()) {
      const draw = seededDraw(seed)
      const edge = architecture.graph.edges[draw(architecture.graph.edges.length)]!
      const before = layOutDrawing(architecture.graph, stage(STAGES[1]))
      const { architecture: next } = insertOnEdge(architecture, null, { type: 'layer', kind: 'Tanh' }, edge)
      const after = layOutDrawing(next.graph, stage(STAGES[1]), { former: before })
      expect(faultsOf(next.graph, after), `seed ${seed}`).toEqual([])
      const ids = architecture.graph.nodes.map(({ id }) => id)
      if (new Set(after.kept.get(null)!.rows.values()).size > new Set(before.kept.get(null)!.rows.values()).size)
        continue
      inserted += 1
      for (const a of ids) {
        for (const b of ids) {
          if (rowOf(before, a) !== rowOf(before, b)) continue
          expect(rowOf(after, a), `seed ${seed}: ${a}, ${b}`).toBe(rowOf(after, b))
          const side = center(before, a).y - center(before, b).y
          if (side < -1)
            expect(center(after, a).y, `seed ${seed}: ${a} above ${b}`).toBeLessThan(center(after, b).y + 1)
        }
      }
    }
    expect(inserted).toBeGreaterThan(15)
  })

  it('a row that grew far beyond the stage is cut, and the others stay', () => {
    let { architecture } = presets['seed-resnet']
    let layout = layOutDrawing(architecture.graph, stage(STAGES[0]))
    const before = layout
    for (let count = 0; count < 8; count++) {
      ;({ architecture } = insertAfter(architecture, null, { type: 'layer', kind: 'Tanh' }, ['conv1']))
      layout = layOutDrawing(architecture.graph, stage(STAGES[0]), { former: layout })
    }
    expect(faultsOf(architecture.graph, layout)).toEqual([])
    const added = rowOf(layout, 'output') - rowOf(before, 'output')
    expect(added).toBeGreaterThan(0)
    const others = [...before.kept.get(null)!.rows].filter(([, row]) => row > rowOf(before, 'conv1'))
    expect(others.length).toBeGreaterThan(3)
    for (const [id, row] of others) {
      expect(rowOf(layout, id)).toBe(row + added)
      expect(layout.places.get(id)!.x).toBe(before.places.get(id)!.x)
    }
  })

  it('any edits in a row leave a layout without faults', () => {
    for (const [seed, beginning] of RANDOM.slice(0, 12).entries()) {
      const draw = seededDraw(seed)
      let architecture: Architecture = beginning
      let layout = layOutDrawing(architecture.graph, stage(STAGES[0]))
      for (let count = 0; count < 15; count++) {
        architecture = tryEdit(architecture, draw)
        layout = layOutDrawing(architecture.graph, stage(STAGES[0]), { former: layout })
        expect(faultsOf(architecture.graph, layout), `seed ${seed}, edit ${count}`).toEqual([])
      }
    }
  })
})

describe('bands', () => {
  it('are the stages of equal picture size, one field a row, that touch no other', () => {
    const { architecture } = presets['googlenet-small']
    const { summaries } = checkArchitecture(architecture)
    const layout = layOutDrawing(architecture.graph, stage(STAGES[0]))
    const bands = bandsOf(layout, (id) => pictureSize(summaries.get(id)?.outputShape))
    expect(bands.map(({ size }) => size.join('x'))).toEqual(['96x96', '48x48', '24x24', '12x12', '6x6', '3x3', '1x1'])
    const rects = bands.flatMap(({ rects }) => rects)
    for (const a of rects) {
      for (const b of rects) {
        const apart = a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height
        expect(a === b || apart).toBe(true)
      }
    }
    const stem = bands[1]!.rects[0]!
    const { x, y } = center(layout, 'stem1')
    expect(x > stem.x && x < stem.x + stem.width && y > stem.y && y < stem.y + stem.height).toBe(true)
  })
})

describe('a drawing placed by hand', () => {
  it('is read the way most of its connections go; what has no place comes behind what it reads, where it is free', () => {
    const graph = sequence([layer('a', 'ReLU'), layer('b', 'ReLU'), layer('c', 'ReLU')])
    const placed = (way: 'x' | 'y'): ArchitectureGraph => ({
      ...graph,
      nodes: graph.nodes.map((node, index) =>
        node.id === 'b' ? node : { ...node, position: { x: 0, y: 0, [way]: index * 250 } }
      )
    })
    expect(readsAcross(placed('x'))).toBe(true)
    expect(readsAcross(placed('y'))).toBe(false)
    const places = provisional(placed('x'), new Map(), 'across')
    expect(places.get('b')!.x).toBeGreaterThan(places.get('a')!.x)
    const crowded = placed('y')
    const below = provisional(
      {
        ...crowded,
        nodes: crowded.nodes.map((one) => (one.id === 'c' ? { ...one, position: { x: 0, y: 370 } } : one))
      },
      new Map(),
      'down'
    )
    expect(Math.abs(below.get('b')!.x - below.get('c')!.x)).toBeGreaterThanOrEqual(200)
  })
})
