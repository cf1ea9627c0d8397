import type { NumberStyle } from '../../shared/app/settings'
import type { MonitoredMetric } from '../../shared/experiment/schema'
import { i18n, numberStyle } from './i18n'

const locale = (): string => i18n.global.locale.value

const made = new Map<string, { format(value: number): string }>()
/** Making a formatter takes longer than using it a hundred times. */
function numbers(language: string, options: Intl.NumberFormatOptions = {}): { format(value: number): string } {
  const style = numberStyle.value
  const key = `${language} ${style} ${JSON.stringify(options)}`
  const known = made.get(key) ?? formatter(language, style, options)
  made.set(key, known)
  return known
}

function formatter(language: string, style: NumberStyle, options: Intl.NumberFormatOptions) {
  const own = new Intl.NumberFormat(language, { ...options, useGrouping: style !== 'plain' })
  if (style !== 'spaces') return own
  const THIN_SPACE = '\u202f'
  return {
    format: (value: number) =>
      own
        .formatToParts(value)
        .map((part) => (part.type === 'group' ? THIN_SPACE : part.value))
        .join('')
  }
}

/** What stands where there is no figure. */
const NONE = '–'

/** Whole numbers with the language's separators. A figure that is not there is a dash, here and below. */
export const formatCount = (value: number | null): string => (value === null ? NONE : numbers(locale()).format(value))

/** A number as it was chosen, with all its digits. */
export const formatValue = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-6 ? String(value) : numbers(locale(), { maximumFractionDigits: 15 }).format(value)

/** A value with so many digits after the point; one too large to be read so as a power of ten. */
export const formatDecimal = (value: number | null, digits: number): string =>
  value === null
    ? NONE
    : Math.abs(value) < 1e7
      ? numbers(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
      : formatPower(value)

/** As `2.6E22`. */
const formatPower = (value: number): string =>
  numbers('en', { notation: 'scientific', maximumFractionDigits: 2 }).format(value)

/** A value as the language writes it, in a form that the caller knows best. */
export const formatWith = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  numbers(locale(), options).format(value)

/** A share 0 to 1 as a percentage with two digits. */
export const formatShare = (value: number | null, digits = 2): string =>
  value === null
    ? NONE
    : numbers(locale(), {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits
      }).format(value)

/** Bytes as MB or GB (powers of ten), as system monitors show them. */
export const formatBytes = (bytes: number): string =>
  bytes < 1e9 ? `${formatDecimal(bytes / 1e6, 0)} MB` : `${formatDecimal(bytes / 1e9, 1)} GB`

/** As `1.2 M`: for counts whose exact value stands elsewhere. */
export const formatCompact = (value: number): string =>
  numbers('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(value)

export const formatShape = (shape: readonly number[]): string => shape.join(' × ')

export const formatDate = (time: number): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'short' }).format(time)

/** Seconds as hours, minutes and seconds, the two largest units. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return NONE
  const { t } = i18n.global
  const whole = Math.round(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  if (hours > 0) return t('duration.hours', { hours, minutes })
  if (minutes > 0) return t('duration.minutes', { minutes, seconds: whole % 60 })
  return t('duration.seconds', { seconds: whole })
}

/** Seconds in their largest unit alone, where there is little room. */
export function formatRoughly(seconds: number): string {
  const { t } = i18n.global
  const hours = seconds / 3600
  if (hours >= 1) return t('duration.onlyHours', { hours: formatDecimal(hours, hours < 10 ? 1 : 0) })
  if (seconds >= 60) return t('duration.onlyMinutes', { minutes: Math.round(seconds / 60) })
  return t('duration.seconds', { seconds: Math.round(seconds) })
}

/** Bytes with three digits, from B to GB. */
export function formatMemory(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`
}

/** What a figure is called that may decide the best epoch. */
export const nameMetric = (metric: MonitoredMetric): string =>
  i18n.global.t(metric === 'loss' ? 'figure.trainLoss' : `figure.${metric}`)
