import { type NewNode, wouldRecur } from '../../../shared/architecture/edit'
import { layers, type LayerKind } from '../../../shared/architecture/layers'
import type { DrawingName } from '../../../shared/architecture/locate'
import type { Architecture } from '../../../shared/architecture/schema'
import { presetNames, type PresetName } from '../../../shared/presets'

/** What can be put into a drawing. */
export interface PaletteItem {
  id: string
  group: 'block' | 'preset' | (typeof layers)[LayerKind]['category']
  name: string
  added: NewNode | { type: 'preset'; preset: PresetName }
}

const layerItems = (Object.keys(layers) as LayerKind[]).map((kind): PaletteItem => ({
  id: `layer:${kind}`,
  group: layers[kind].category,
  name: kind,
  added: { type: 'layer', kind }
}))
const presetItems = presetNames.map((preset): PaletteItem => ({
  id: `preset:${preset}`,
  group: 'preset',
  name: preset,
  added: { type: 'preset', preset }
}))

/** All there is for a drawing: its architecture's blocks, layers by kind, whole presets. */
export function paletteItems(architecture: Architecture, drawing: DrawingName): PaletteItem[] {
  const blocks = Object.keys(architecture.blocks)
    .filter((block) => !wouldRecur(architecture, drawing, block))
    .map((block): PaletteItem => ({
      id: `block:${block}`,
      group: 'block',
      name: block,
      added: { type: 'block', block }
    }))
  return [...blocks, ...layerItems, ...presetItems]
}

/** Items that fit what was typed, the best first: by the beginning of the name, then anywhere in name or help. */
export function searchPalette(
  items: readonly PaletteItem[],
  text: string,
  help: (item: PaletteItem) => string
): PaletteItem[] {
  const query = text.trim().toLowerCase()
  if (query === '') return [...items]
  const rank = (item: PaletteItem): number => {
    const name = item.name.toLowerCase()
    if (name === query) return 0
    if (name.startsWith(query)) return 1
    if (name.includes(query)) return 2
    return help(item).toLowerCase().includes(query) ? 3 : 4
  }
  return items
    .map((item) => ({ item, place: rank(item) }))
    .filter(({ place }) => place < 4)
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

/** What a drag carries from the palette to the canvas. */
export const DRAG_TYPE = 'application/x-residuum-palette'
