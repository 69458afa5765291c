// What plotly.js' own src/core.js does, with the heatmap trace and without the components a heatmap does not use
// (sliders, menus, images, range sliders, error bars, 3-D notes, grids): plotly.js asks its registry for each and goes on
// without. Shapes and selections stay, because its relayout and its mouse handling reach into both directly.
'use strict';

const Registry = require('plotly.js/src/registry');
const plotApi = require('plotly.js/src/plot_api');

require('plotly.js/build/plotcss');

exports.version = require('plotly.js/src/version').version;
exports.register = Registry.register;

for (const [name, fn] of Object.entries(plotApi)) {
    if (!name.startsWith('_')) exports[name] = fn;
    Registry.register({ moduleType: 'apiMethod', name, fn });
}

Registry.register([
    require('plotly.js/src/traces/scatter'),
    require('plotly.js/src/traces/heatmap'),
    require('plotly.js/src/components/annotations'),
    require('plotly.js/src/components/selections'),
    require('plotly.js/src/components/shapes'),
    require('plotly.js/src/components/colorscale'),
    require('plotly.js/src/components/colorbar'),
    require('plotly.js/src/components/legend'),
    require('plotly.js/src/components/fx'),
    require('plotly.js/src/components/modebar'),
    require('plotly.js/src/locale-en'),
    require('plotly.js/src/locale-en-us')
]);

exports.Plots = { resize: require('plotly.js/src/plots/plots').resize };
