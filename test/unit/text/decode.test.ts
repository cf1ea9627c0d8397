import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readArchitecture, readExperiment } from '../../../src/main/cli/documents'
import { SettingsStore } from '../../../src/main/settings'
import { parseFragment } from '../../../src/shared/architecture/edit'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { decodeText } from '../../../src/shared/text/decode'
import { temporaryFolder } from '../support'

const utf16 = (text: string, big: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le')
  return big ? bytes.swap16() : bytes
}
const utf32 = (text: string, big: boolean): Buffer =>
  Buffer.concat(
    [...text].map((character) => {
      const bytes = Buffer.alloc(4)
      if (big) bytes.writeUInt32BE(character.codePointAt(0)!)
      else bytes.writeUInt32LE(character.codePointAt(0)!)
      return bytes
    })
  )
const json = '{"name": "残差网络：识别图像"}'
/** The name in GBK, as iconv and Python write it. */
const GBK = Buffer.concat([
  Buffer.from('{"name": "'),
  Buffer.from('b2d0b2eecdf8c2e7a3bacab6b1f0cdbccff1', 'hex'),
  Buffer.from('"}')
])
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('decodeText', () => {
  it('takes UTF-8 with and without a byte order mark, and leaves every character as it is', () => {
    for (const text of [json, '', 'a', '🧠 \u0000\u202e\ufffd', '\ufeff\ufeff']) {
      expect(decodeText(Buffer.from(`\ufeff${text}`), 'f')).toBe(text)
      if (!text.startsWith('\ufeff')) expect(decodeText(Buffer.from(text), 'f')).toBe(text)
    }
  })

  it.each([
    ['UTF-16 LE', utf16(`\ufeff${json}`, false)],
    ['UTF-16 LE', utf16(json, false)],
    ['UTF-16 BE', utf16(`\ufeff${json}`, true)],
    ['UTF-16 BE', utf16(json, true)],
    ['UTF-32 LE', utf32(`\ufeff${json}`, false)],
    ['UTF-32 LE', utf32(json, false)],
    ['UTF-32 BE', utf32(`\ufeff${json}`, true)],
    ['UTF-32 BE', utf32(json, true)],
    ['GBK / GB18030', GBK],
    ['GB18030', Buffer.concat([Buffer.from('84319533', 'hex'), GBK])],
    // Four bytes for what GBK lacks, here 㐂 and an emoji.
    ['GBK / GB18030', Buffer.concat([GBK, Buffer.from('8139ef319439fc36', 'hex')])]
  ])('calls %s by its name', (encoding, bytes) => {
    expect(() => decodeText(bytes, 'f.json')).toThrow(
      expect.objectContaining({ code: 'text-encoding', parameters: { file: 'f.json', encoding } })
    )
  })

  it.each([
    ['letters with accents', latin1('{\n"name": "café"}'), 2, 'E9'],
    ['two of them', latin1('{"name":\n\n"éèê"}'), 3, 'E9'],
    ['a character cut off', Buffer.from(json).subarray(0, 14), 1, 'E5'],
    ['half of a surrogate', Buffer.from('22eda08022', 'hex'), 1, 'ED'],
    ['an overlong form', Buffer.from('22c08022', 'hex'), 1, 'C0'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 1, '89']
  ])('refuses %s and says where', (_, bytes, line, byte) => {
    expect(() => decodeText(bytes, 'f')).toThrow(
      expect.objectContaining({ code: 'text-damaged', parameters: { file: 'f', line, byte } })
    )
  })
})

describe('every file of text', () => {
  const experiment = { format: 'residuum.experiment', version: 1, architecture: lenet5(), dataset: { name: 'cifar10' } }

  it('may begin with a byte order mark', async () => {
    const folder = temporaryFolder()
    const [drawing, recipe] = [join(folder, 'a.json'), join(folder, 'e.json')]
    writeFileSync(drawing, `\ufeff${JSON.stringify(lenet5())}`)
    expect(await readArchitecture(drawing)).toEqual(lenet5())
    writeFileSync(recipe, `\ufeff${JSON.stringify({ ...experiment, recipe: {} })}`)
    await expect(readExperiment(recipe)).rejects.toMatchObject({
      code: 'experiment-file',
      parameters: { reason: { code: 'at', parameters: { place: expect.stringMatching(/^recipe/) as unknown } } }
    })
    writeFileSync(join(folder, 'settings.json'), '\ufeff{"theme":"dark"}')
    expect(new SettingsStore(folder).get().theme).toBe('dark')
    const fragment = { format: 'residuum.fragment', version: 1, nodes: [{ type: 'input', id: 'x' }], edges: [] }
    expect(parseFragment(`\ufeff${JSON.stringify(fragment)}`)).toMatchObject(fragment)
  })

  it('is refused by the name of its encoding', async () => {
    const file = join(temporaryFolder(), 'a.json')
    for (const read of [readArchitecture, readExperiment]) {
      writeFileSync(file, utf16(JSON.stringify(experiment), false))
      await expect(read(file)).rejects.toMatchObject({ code: 'text-encoding', parameters: { encoding: 'UTF-16 LE' } })
      writeFileSync(file, GBK)
      await expect(read(file)).rejects.toThrow(/is written in GBK \/ GB18030, and only UTF-8 is read/)
    }
  })
})
