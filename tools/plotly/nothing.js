// Stands in for a part of plotly.js that a heatmap never reaches.
'use strict';

module.exports = function notInThisBundle() {
    throw new Error('This part of plotly.js is not in plotly-heatmap.min.js; see tools/plotly/build.mjs.');
};
