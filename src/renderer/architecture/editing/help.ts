import { i18n } from '../../app/i18n'
import type { PaletteItem } from './palette'

/** One line about what a palette's item does. */
export function itemHelp({ added, name }: PaletteItem): string {
  const { t } = i18n.global
  if (added.type === 'layer') return t(`layerHelp.${added.kind}`)
  return added.type === 'preset' ? t(`preset.${name}.description`) : t('palette.blockHelp')
}
