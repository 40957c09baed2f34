/** `import { rotate as rot } from "./se3.diff"`: definitions of other files, elaborated into the same graph. */
import type { Statement } from '../ast/types.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { Source } from '../diagnostics/span.ts';
import { parseFile } from '../frontends/math/parse.ts';
import { collect } from './collect.ts';
import { didYouMean } from './corrections.ts';
import type { Pass } from './pass.ts';
import { Scope } from './scope.ts';

type Import = Statement & { readonly kind: 'import' };

/** How a file brings in others; `chain` are the files being imported, outermost first. */
export function importer(pass: Pass, scope: Scope, chain: readonly string[]): (statement: Import) => void {
  return (statement) => {
    const other = otherScope(pass, statement, chain);
    for (const { name, as } of statement.names) {
      const local = (as ?? name).name;
      const entity = other?.find(name.name);
      if (other !== undefined && entity === undefined) {
        pass.report('import-missing-name', name.span, { name: name.name, path: statement.from.value }, didYouMean(name, other.names()));
      }
      scope.declare(local, entity ?? { kind: 'broken' });
    }
  };
}

/** The names of another file. */
function otherScope(pass: Pass, statement: Import, chain: readonly string[]): Scope | undefined {
  const { from } = statement;
  const here = from.span.source;
  const source: Source | undefined = pass.options.load?.(from.value, here);
  if (source === undefined) return pass.report('import-not-found', from.span, { path: from.value });
  const files = [...chain, here.name];
  if (files.includes(source.name)) {
    return pass.report('cyclic-import', from.span, { cycle: [...files.slice(files.indexOf(source.name)), source.name] });
  }
  const known = pass.files.get(source.name);
  if (known !== undefined) return known;
  const bag = new Bag();
  const file = (pass.options.parse ?? parseFile)(source, bag);
  pass.forward(bag);
  const scope = Scope.global();
  pass.files.set(source.name, scope);
  const { base } = pass;
  collect(pass, file.statements, scope, importer(pass, scope, files));
  pass.base = base;
  return scope;
}
