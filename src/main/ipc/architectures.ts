import { dialog, type BrowserWindow } from 'electron'
import { MAX_DOCUMENT_BYTES, parseArchitecture } from '../../shared/architecture/document'
import { decodeText } from '../../shared/text/decode'
import { fileName } from '../../shared/text/fileName'
import { readWhole, writeFileAtomic } from '../files'
import type { Library } from '../library/library'
import type { Handlers } from './router'

type Names =
  | 'architectures.list'
  | 'architectures.get'
  | 'architectures.create'
  | 'architectures.draft'
  | 'architectures.save'
  | 'architectures.rename'
  | 'architectures.delete'
  | 'architectures.restore'
  | 'architectures.versions'
  | 'architectures.version'
  | 'architectures.import'
  | 'files.export'

const KINDS = {
  json: { name: 'JSON', extensions: ['json'] },
  python: { name: 'Python', extensions: ['py'] }
}

export function architectureHandlers(
  { architectures }: Library,
  window: () => BrowserWindow | null,
  changed: () => void
): Handlers<Names> {
  /** Tells the window that the list is another one. */
  const telling = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    changed()
    return result
  }
  return {
    'architectures.list': () => architectures.list(),
    'architectures.get': ({ id }) => architectures.get(id),
    'architectures.create': (architecture) => telling(architectures.create(architecture)),
    'architectures.draft': ({ id, architecture }) => architectures.setDraft(id, architecture).then(() => undefined),
    'architectures.save': ({ id, architecture }) => telling(architectures.save(id, architecture)),
    'architectures.rename': ({ id, name }) => telling(architectures.rename(id, name)).then(() => undefined),
    'architectures.delete': ({ id }) => telling(architectures.delete(id)).then(() => undefined),
    'architectures.restore': ({ id }) => telling(architectures.restore(id)).then(() => undefined),
    'architectures.versions': ({ id }) => architectures.versions(id),
    'architectures.version': ({ id, version }) => architectures.version(id, version),
    'architectures.import': async () => {
      const { filePaths } = await dialog.showOpenDialog(window()!, {
        properties: ['openFile'],
        filters: [KINDS.json]
      })
      const [file] = filePaths
      if (file === undefined) return null
      const text = decodeText(await readWhole(file, MAX_DOCUMENT_BYTES), file)
      return { file, architecture: parseArchitecture(text, file) }
    },
    'files.export': async ({ name, kind, text }) => {
      const { filePath } = await dialog.showSaveDialog(window()!, {
        defaultPath: fileName(name, KINDS[kind].extensions[0]!),
        filters: [KINDS[kind]]
      })
      if (!filePath) return null
      await writeFileAtomic(filePath, text)
      return { file: filePath }
    }
  }
}
