import { BrowserWindow } from 'electron'
import { join } from 'node:path'
import type messages from '../shared/messages/en.json'
import { formatMessage } from '../shared/messages/tell'

const SIZE = { width: 460, height: 120 }

/** A small window that says how far a library of a version before is brought to this one; nothing can be asked of it. */
export class MigrationWindow {
  private readonly window: BrowserWindow

  constructor(private readonly texts: (typeof messages)['migration']) {
    this.window = new BrowserWindow({
      ...SIZE,
      useContentSize: true,
      resizable: false,
      title: texts.title,
      icon: join(__dirname, '../../resources/icon.png'),
      autoHideMenuBar: true,
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, spellcheck: false }
    })
    this.window.on('page-title-updated', (event) => event.preventDefault())
    void this.window.loadFile(join(__dirname, '../../resources/migration.html'))
  }

  /** Runs that are done, of how many. Whoever closes the window ends nothing by it. */
  tell(done: number, total: number): void {
    if (this.window.isDestroyed()) return
    const text = formatMessage(this.texts.runs, { done, total })
    this.window.setProgressBar(total > 0 ? done / total : -1)
    this.window.setTitle(text)
    const page = `document.body.firstElementChild.textContent = ${JSON.stringify(`${this.texts.title}. ${text}`)};
      document.querySelector('progress').value = ${total > 0 ? done / total : 0}`
    void this.window.webContents.executeJavaScript(page).catch(() => undefined)
  }

  close(): void {
    this.window.destroy()
  }
}
