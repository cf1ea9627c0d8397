import type { Setting } from '../../shared/experiment/fields'
import type { SettingValue } from '../../shared/experiment/setting'
import { formatValue } from './format'
import type { ErrorRecord } from '../../shared/errorRecord'
import { errorText, i18n } from './i18n'

/** What a setting of a recipe is called, with its unit in brackets where the name does not say it. */
export function nameSetting({ path, unit }: Pick<Setting, 'path' | 'unit'>): string {
  const { t } = i18n.global
  const label = t(`setting.${path}.label`)
  // A number of pictures is a plain number.
  if (unit === null || unit === 'pictures') return label
  const name = t(`settingUnit.${unit}`)
  return label.toLowerCase().includes(name) ? label : t('recipe.withUnit', { label, unit: name })
}

/** A value of a setting in words: a choice's name, what null stands for, numbers as they are written. */
export function describeSetting({ path, type }: Pick<Setting, 'path' | 'type'>, value: SettingValue): string {
  const { t } = i18n.global
  if (value === null) return t(`setting.${path}.empty`)
  if (typeof value === 'boolean')
    return t(value ? 'recipe.on' : type === 'group' ? `setting.${path}.empty` : 'recipe.off')
  if (typeof value === 'string') return t(`setting.${path}.choices.${value}`)
  return typeof value === 'number' ? formatValue(value) : value.map(formatValue).join(', ')
}

/** What a number may be, as `1 to 10,000`; null where there is no limit. */
export function describeLimits({ minimum, maximum, exclusiveMinimum }: Setting): string | null {
  const { t } = i18n.global
  const [low, high] = [minimum, maximum].map((limit) => (limit === null ? null : formatValue(limit)))
  if (low !== null && high !== null) {
    return t(exclusiveMinimum ? 'recipe.limits.above' : 'recipe.limits.between', { minimum: low, maximum: high })
  }
  if (low !== null) return t(exclusiveMinimum ? 'recipe.limits.positive' : 'recipe.limits.least', { minimum: low })
  return high === null ? null : t('recipe.limits.most', { maximum: high })
}

/** What is said of a recipe; a setting's value in it has its words, as in the form. */
export const findingText = (finding: ErrorRecord): string =>
  errorText(
    finding.code === 'recipe-validation'
      ? {
          ...finding,
          parameters: { monitor: i18n.global.t(`setting.monitor.choices.${finding.parameters.monitor}`) }
        }
      : finding
  )
