import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'

const root = mkdtempSync(join(tmpdir(), 'residuum-fonts-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('shows Chinese on a machine without a Chinese font', async () => {
  // Fonts that have Chinese characters are unknown to the system: what shows them comes with the program.
  const refused = ['zh-cn', 'zh-sg', 'zh-tw', 'zh-hk', 'zh-mo', 'ja', 'ko'].map(
    (language) => `<pattern><patelt name="lang"><string>${language}</string></patelt></pattern>`
  )
  const fonts = join(root, 'fonts.conf')
  writeFileSync(
    fonts,
    `<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include>
     <selectfont><rejectfont>${refused.join('')}</rejectfont></selectfont></fontconfig>`
  )
  const { app, page } = await launchApp({
    library: join(root, 'library'),
    settings: join(root, 'settings'),
    env: { FONTCONFIG_FILE: fonts }
  })
  try {
    await page.evaluate(() => window.residuum.request('settings.set', { locale: 'zh-CN' }))
    await page.getByText('网络结构').first().waitFor()
    await page.evaluate(() => document.fonts.ready)
    const loaded = await page.evaluate(() =>
      [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family.replaceAll('"', ''))
    )
    expect(new Set(loaded)).toEqual(new Set(['Noto Sans SC Variable']))
    // Of a hundred parts only some are asked for.
    expect(loaded.length).toBeLessThan(60)
    const drawn = await page.evaluate(() => {
      const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
      context.font = `24px ${getComputedStyle(document.body).fontFamily}`
      const picture = (text: string): string => {
        context.clearRect(0, 0, 40, 40)
        context.fillText(text, 4, 30)
        return context.getImageData(0, 0, 40, 40).data.join()
      }
      return new Set(['网', '络', '结', '构'].map(picture)).size
    })
    expect(drawn).toBe(4)
  } finally {
    await app.close()
  }
})
