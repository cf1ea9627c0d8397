import { BrowserWindow, nativeTheme, screen, session } from 'electron'
import { join } from 'node:path'
import type { SettingsStore } from './settings'
import { WINDOW_ORIGIN } from './protocol'
import { placeWindow, type Area } from './windowPlace'

const REMEMBER_MS = 500

/** Opens the one window where it was last, as far as there is a screen for it. */
export function openWindow(settings: SettingsStore): BrowserWindow {
  const { window: place } = settings.get()
  const { bounds, ...minimum } = placeWindow(place, workAreas())
  const window = new BrowserWindow({
    ...bounds,
    ...minimum,
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
  followScreens(window)
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

/** Of all screens, the primary first. */
function workAreas(): [Area, ...Area[]] {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  return [primary.workArea, ...others.map(({ workArea }) => workArea)]
}

/** Keeps the window within reach where a screen goes or its scale becomes another. */
function followScreens(window: BrowserWindow): void {
  const fit = (): void => {
    if (window.isMaximized() || window.isFullScreen() || window.isMinimized()) return
    const { bounds, minWidth, minHeight } = placeWindow(window.getBounds(), workAreas())
    window.setMinimumSize(minWidth, minHeight)
    window.setBounds(bounds)
  }
  screen.on('display-metrics-changed', fit)
  screen.on('display-removed', fit)
  window.on('closed', () => {
    screen.off('display-metrics-changed', fit)
    screen.off('display-removed', fit)
  })
}
