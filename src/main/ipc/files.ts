import { clipboard, dialog, nativeImage, type BrowserWindow } from 'electron'
import type { fileRoutes } from '../../shared/ipc/files'
import { fileName } from '../../shared/text/fileName'
import { writeFileAtomic } from '../files'
import { FILE_KINDS } from './fileKinds'
import type { Handlers } from './router'

export function fileHandlers(window: () => BrowserWindow | null): Handlers<keyof typeof fileRoutes> {
  async function save(
    name: string,
    kind: keyof typeof FILE_KINDS,
    content: string | Uint8Array
  ): Promise<{ file: string } | null> {
    const { filePath } = await dialog.showSaveDialog(window()!, {
      defaultPath: fileName(name, FILE_KINDS[kind].extensions[0]!),
      filters: [FILE_KINDS[kind]]
    })
    if (!filePath) return null
    await writeFileAtomic(filePath, content)
    return { file: filePath }
  }

  return {
    'files.export': ({ name, kind, text }) => save(name, kind, text),
    'files.exportPicture': ({ name, png }) => save(name, 'png', png),
    'clipboard.picture': ({ png }) => void clipboard.writeImage(nativeImage.createFromBuffer(Buffer.from(png)))
  }
}
