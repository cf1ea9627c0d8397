import type { ArchitectureNode, AttributeValue } from '../../../shared/architecture/schema'
import { visible } from '../../../shared/text/visible'

/** `stride 2`, and of a parameter of the same name only its name. */
const named = (name: string, value: AttributeValue): string => (text(value) === name ? name : `${name} ${text(value)}`)
const text = (value: AttributeValue): string =>
  Array.isArray(value) ? value.map((part) => text(part)).join('×') : visible(String(value)).replace(/^=\s*/, '')
/** A window's size: `3×3`. */
const window = (value: AttributeValue): string => (Array.isArray(value) ? text(value) : `${text(value)}×${text(value)}`)

/** What a reader looks for in a layer, in the manner of papers: `3×3, 64, stride 2, pad 1`; an instance's arguments. */
export function summaryText(node: ArchitectureNode): string {
  if (node.type === 'block') {
    const list = (values: Record<string, AttributeValue>): string =>
      Object.entries(values)
        .map(([name, value]) => (value === true ? name : named(name, value)))
        .join(', ')
    const first = node.repeat ? list(node.repeat.first) : ''
    return [list(node.arguments), first && `1st: ${first}`].filter(Boolean).join(' · ')
  }
  if (node.type !== 'layer') return ''
  const { kernel_size, out_channels, stride, padding, out_features, bias, ...rest } = node.attributes
  const parts = [
    ...(kernel_size === undefined ? [] : [window(kernel_size)]),
    ...(out_channels === undefined ? [] : [text(out_channels)]),
    ...(out_features === undefined ? [] : [text(out_features)]),
    ...(stride === undefined || stride === 1 ? [] : [named('stride', stride)]),
    ...(padding === undefined || padding === 0 ? [] : [`pad ${text(padding)}`]),
    ...(bias === false ? ['no bias'] : []),
    ...Object.entries(rest).map(([name, value]) => named(name, value))
  ]
  return parts.join(', ')
}
