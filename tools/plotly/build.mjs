// Builds the one plotly.js file that pages load, with only what a heatmap needs. Run it with `make plotly`.
//
// Writes to surveyapp/web/static/vendor:
//   plotly-heatmap.min.js        global `Plotly`; needs no unsafe-eval, no inline style, no other host
//   plotly.css                   the rules plotly.js would otherwise add in an inline <style>
//   plotly-heatmap.LICENSES.txt  the notices of everything that is in the bundle
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { parse } from 'acorn';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const vendor = path.resolve(here, '../../surveyapp/web/static/vendor');
const version = JSON.parse(await readFile(path.join(modules, 'plotly.js/package.json'), 'utf8')).version;

// Modules a heatmap never calls: drawing a 2-D histogram, and the dialog that uploads a chart.
const unreached = ['/traces/histogram2d/calc.js', '/modebar/share_chart/dialog.js'];

// What is changed in plotly.js, by the end of the file's name. A text that is no longer there stops the build.
const changes = {
    // Its defaults would send data to, and fetch maps from, its maker's hosts. Here they are empty and off.
    '/plot_api/plot_config.js': [
        ["dflt: 'https://cloud.plotly.com/newchart'", "dflt: ''"],
        [/noBlank: true,(\s*\/\/[^\n]*\n\s*)dflt: 'https:\/\/cdn.plot.ly\/un\/'/, "$1dflt: ''"],
        [/(showSendToCloud: \{\s*valType: 'boolean',\s*dflt: )true/, '$1false']
    ],
    // Style attributes, even empty ones, are what a strict style-src refuses; the style object is not.
    '/components/colorbar/draw.js': [[/\.attr\('style', ''\)/g, ".attr('style', null)"]],
    '/traces/heatmap/plot.js': [
        ["image3.attr('style', PIXELATED_IMAGE_STYLE)", "image3.style('image-rendering', 'pixelated')"]
    ]
};

function changed(file, source) {
    const name = Object.keys(changes).find(end => file.endsWith(end));
    return (changes[name] ?? []).reduce((text, [from, to]) => {
        const next = text.replace(from, to);
        if (next === text) throw new Error(`${name} no longer has ${from}: look at this change again`);
        return next;
    }, source);
}

// Attribute descriptions are documentation that no running chart reads; plotly.js' own build drops them too.
function isText(node) {
    if (node.type === 'Literal') return typeof node.value === 'string';
    if (node.type === 'BinaryExpression') return isText(node.left) && isText(node.right);
    return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' &&
        node.callee.object.type === 'ArrayExpression' && node.callee.property.name === 'join';
}

function withoutDescriptions(source) {
    const cuts = [];
    (function visit(node) {
        if (!node || typeof node.type !== 'string') return;
        if (node.type === 'Property' && node.key.name === 'description' && isText(node.value)) {
            cuts.push([node.value.start, node.value.end]);
            return;
        }
        for (const child of Object.values(node)) {
            if (Array.isArray(child)) child.forEach(visit);
            else if (child && typeof child === 'object') visit(child);
        }
    })(parse(source, { ecmaVersion: 'latest', sourceType: 'script' }));
    return cuts.reduceRight((text, [start, end]) => `${text.slice(0, start)}''${text.slice(end)}`, source);
}

const slim = {
    name: 'slim',
    setup(bundler) {
        bundler.onResolve({ filter: /^culori$/ }, () => ({ path: path.join(here, 'culori.js') }));
        bundler.onLoad({ filter: /\.css$/ }, () => ({ contents: '', loader: 'empty' }));
        bundler.onLoad({ filter: /plotly\.js\/src\/.*\.js$/ }, async ({ path: file }) => {
            if (unreached.some(end => file.endsWith(end))) {
                return { contents: await readFile(path.join(here, 'nothing.js'), 'utf8') };
            }
            const source = await readFile(file, 'utf8');
            return { contents: withoutDescriptions(changed(file, source)) };
        });
    }
};

const banner = `/*! plotly.js v${version} (core and heatmap). Copyright (c) 2016-2024 Plotly Technologies Inc., MIT licence.
 * Notices of all that is in this file: plotly-heatmap.LICENSES.txt */`;

async function noticesOf(inputs) {
    const names = new Set(inputs.flatMap(file => {
        const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
        return found ? [found[1]] : [];
    }));
    const notices = [];
    for (const name of [...names].sort()) {
        const folder = path.join(modules, name);
        const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
        const file = (await readdir(folder)).find(entry => /^licen[cs]e/i.test(entry));
        const text = file ? (await readFile(path.join(folder, file), 'utf8')).trim() : `Licence: ${about.license}`;
        notices.push(`${name} ${about.version} (${about.license})\n\n${text}\n`);
    }
    return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

const target = path.join(vendor, 'plotly-heatmap.min.js');
const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ['entry.js'],
    outfile: target,
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'Plotly',
    target: 'es2020',
    define: { global: 'window', 'define.amd': 'false' },
    banner: { js: banner },
    legalComments: 'eof',
    metafile: true,
    logLevel: 'warning',
    plugins: [slim]
});

const used = Object.values(metafile.outputs)
    .flatMap(output => Object.entries(output.inputs))
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && !file.endsWith('.css'))
    .map(([file]) => file);
await writeFile(path.join(vendor, 'plotly-heatmap.LICENSES.txt'), await noticesOf(used));
await writeFile(
    path.join(vendor, 'plotly.css'),
    `/*! plotly.js v${version}, MIT licence */\n${await readFile(path.join(modules, 'plotly.js/dist/plotly.css'), 'utf8')}`
);

const bytes = await readFile(target);
console.log(`plotly-heatmap.min.js: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
