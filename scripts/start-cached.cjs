#!/usr/bin/env node
'use strict';
// dist/cli/bin.js: runs the bundled command from V8's code cache. A cache of another Node version is
// rejected by V8 and costs nothing but its speed.
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const file = path.join(__dirname, 'diffc.js');
const cacheFile = `${file}.cache`;
const wrapper = ['(function (exports, require, module, __filename, __dirname) {', '\n})'];

function load(cachedData) {
  return new vm.Script(wrapper[0] + fs.readFileSync(file, 'latin1') + wrapper[1], {
    filename: file,
    cachedData,
  });
}

if (process.argv[2] === '--write-code-cache') {
  const script = load(undefined);
  process.argv.splice(2, 1, 'd/dx [sin(x)/x] + x^2 + exp(-y)');
  const { write } = process.stdout;
  process.stdout.write = () => true;
  process.on('exit', () => {
    process.stdout.write = write;
    fs.writeFileSync(cacheFile, script.createCachedData());
  });
  script.runInThisContext()(exports, require, module, __filename, __dirname);
} else {
  const cached = fs.existsSync(cacheFile) ? fs.readFileSync(cacheFile) : undefined;
  load(cached).runInThisContext()(exports, require, module, __filename, __dirname);
}
