import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en as renderedEn, zh as renderedZh } from '../../src/renderer/app/i18n/texts'
import { texts } from '../../src/shared/messages'

const { en: sharedEn, 'zh-CN': sharedZh } = texts

function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[prefix, value]])
  return new Map(
    Object.entries(value as object).flatMap(([key, child]) => [...flatten(child, prefix ? `${prefix}.${key}` : key)])
  )
}
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

describe.each([
  ['shared', sharedEn, sharedZh],
  ['screens', renderedEn, renderedZh]
])('translations of %s', (_, en, zh) => {
  const english = flatten(en)
  const chinese = flatten(zh)

  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('have the same placeholders, and no empty text', () => {
    for (const [key, text] of english) {
      expect(text, key).not.toBe('')
      expect(placeholders(chinese.get(key)!), key).toEqual(placeholders(text))
      expect(chinese.get(key)!.split('|').length, key).toBe(text.split('|').length)
    }
  })
})

it('every text that a screen names exists', () => {
  const known = new Set([...flatten(renderedEn).keys(), ...flatten(sharedEn).keys()])
  const folder = join(import.meta.dirname, '../../src/renderer')
  const missing: string[] = []
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(vue|ts)$/.test(file)) continue
    for (const [, key] of readFileSync(join(folder, file), 'utf8').matchAll(/\bt\(\s*'([\w.-]+)'/g)) {
      if (!known.has(key!)) missing.push(`${file}: ${key}`)
    }
  }
  expect(missing).toEqual([])
})
