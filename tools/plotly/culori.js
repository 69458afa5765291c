// What plotly.js needs of culori, with the colour notations a chart is given here (names, hex, rgb, hsl; lrgb for
// the contrast of text on a cell), instead of all its thirty colour spaces.
import { converter, modeHsl, modeLrgb, modeRgb, useMode } from 'culori/fn';

useMode(modeRgb);
useMode(modeLrgb);
useMode(modeHsl);

export { converter };
export { formatHex, formatRgb, wcagContrast, wcagLuminance } from 'culori/fn';
