import { BrowserWindow, nativeTheme, screen, session } from 'electron'
import { join } from 'node:path'
import type { Settings } from '../shared/app/settings'
import type { SettingsStore } from './settings'
import { WINDOW_ORIGIN } from './protocol'

const MIN_SIZE = { minWidth: 900, minHeight: 600 }
const REMEMBER_MS = 500

/** Opens the one window where it was last, if a screen is still there. */
export function openWindow(settings: SettingsStore): BrowserWindow {
  const { window: place } = settings.get()
  const window = new BrowserWindow({
    ...MIN_SIZE,
    width: place.width,
    height: place.height,
    ...(isOnScreen(place) && { x: place.x, y: place.y }),
    show: false,
    icon: join(__dirname, '../../resources/icon.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1b1c1f' : '#ffffff',
    webPreferences: {
      preload: join(__dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      // Charts must go on while the window is covered.
      backgroundThrottling: false
    }
  })
  if (place.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberPlace(window, settings)
  void window.loadURL(`${WINDOW_ORIGIN}/index.html`)
  return window
}

/** Nothing is granted, nothing is navigated to, nothing is attached, in any contents there will ever be. */
export function denyByDefault(contents: Electron.WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  // UDP to an address asks no resolver (see offline.ts).
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}

/** Copying to the clipboard is all a page may do beyond drawing itself. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_, __, decide) => decide(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
}

function rememberPlace(window: BrowserWindow, settings: SettingsStore): void {
  let timer: NodeJS.Timeout | undefined
  const remember = (): void => {
    if (window.isDestroyed() || window.isMinimized()) return
    const { x, y, width, height } = window.getNormalBounds()
    settings.set({ window: { x, y, width, height, maximized: window.isMaximized() } }).catch(console.error)
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(remember, REMEMBER_MS)
  }
  window.on('resize', later)
  window.on('move', later)
  window.on('close', remember)
}

function isOnScreen({ x, y, width, height }: Settings['window']): boolean {
  if (x === undefined || y === undefined) return false
  return screen.getAllDisplays().some(({ workArea: area }) => {
    const overlapX = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
    const overlapY = Math.min(y + height, area.y + area.height) - Math.max(y, area.y)
    return overlapX > 100 && overlapY > 100
  })
}
