/** Okabe and Ito's palette, safe for colour-blind readers; a run keeps its place in it everywhere. */
const RUN_COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8C6D00']
/** The same hues, lightened where they would be dim on a dark ground. */
const RUN_COLOURS_DARK = ['#4FA3E0', '#FF8A4C', '#2FC79A', '#E5A3C8', '#F2B53A', '#8FD0F5', '#D3B94A']

export const runColour = (index: number, dark: boolean): string => {
  const colours = dark ? RUN_COLOURS_DARK : RUN_COLOURS
  return colours[index % colours.length]!
}

/**
 * Places in the palette for runs that stand side by side: those of `former` keep theirs, so that no curve changes its
 * colour because another run is shown; one whose own colour is taken gets the next free one, as long as there is one.
 */
export function distinctPlaces(
  former: ReadonlyMap<string, number>,
  runs: readonly { id: string; colour: number }[]
): Map<string, number> {
  const count = RUN_COLOURS.length
  const kept = runs.flatMap(({ id }) => (former.has(id) ? [[id, former.get(id)!] as const] : []))
  const places = new Map<string, number>(kept)
  const taken = new Set(kept.map(([, place]) => place % count))
  for (const { id, colour } of runs) {
    if (places.has(id)) continue
    const free = RUN_COLOURS.map((_, offset) => (colour + offset) % count).find((place) => !taken.has(place))
    places.set(id, free ?? colour)
    taken.add((free ?? colour) % count)
  }
  return places
}

/** Cividis (Nunez, Anderton and Renslow 2018), sampled: even steps look even, also without red or green. */
const CIVIDIS: readonly (readonly [number, number, number])[] = [
  [0, 32, 77],
  [0, 57, 111],
  [49, 77, 107],
  [78, 97, 108],
  [103, 117, 112],
  [129, 137, 120],
  [157, 159, 120],
  [187, 182, 112],
  [219, 207, 95],
  [255, 234, 70]
]

/** The colour of a share 0 to 1 and a text colour that is legible on it. */
export function cividis(share: number): { fill: string; text: string } {
  const place = Math.max(0, Math.min(1, share)) * (CIVIDIS.length - 1)
  const low = CIVIDIS[Math.floor(place)]!
  const high = CIVIDIS[Math.ceil(place)]!
  const rest = place - Math.floor(place)
  const [r, g, b] = low.map((value, channel) => Math.round(value + rest * (high[channel]! - value))) as [
    number,
    number,
    number
  ]
  const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
  // Whichever has the greater contrast: with these two it is nowhere below 4.5.
  const onWhite = 1.05 / (luminance + 0.05)
  const onBlack = (luminance + 0.05) / 0.05
  return { fill: `rgb(${r}, ${g}, ${b})`, text: onBlack > onWhite ? '#000000' : '#ffffff' }
}

/** Of a channel 0 to 255 the light it gives, as WCAG has it. */
const linear = (channel: number): number =>
  channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4
