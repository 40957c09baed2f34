/** The loader that `diffc/register` puts into Node; it runs in a thread of its own. */
import { fileURLToPath } from 'node:url';
import type { LoadHook } from 'node:module';
import { renderAll } from './diagnostics/render.ts';
import { modelModule } from './project/model-module.ts';

export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.diff')) return next(url, context);
  const { code, map, diagnostics } = await modelModule(fileURLToPath(url));
  if (code === undefined || map === undefined) throw new SyntaxError(`\n${renderAll(diagnostics)}`);
  const inlined = Buffer.from(JSON.stringify(map)).toString('base64');
  return { format: 'module', source: `${code}//# sourceMappingURL=data:application/json;base64,${inlined}\n`, shortCircuit: true };
};
