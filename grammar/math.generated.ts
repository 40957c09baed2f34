// Generated from math.ne by scripts/build-grammar.ts (npm run grammar); do not edit.

export type Symbol = string | { readonly type: string };
/** Gets what the symbols of its rule stand for; gives what the rule stands for. */
export type Action = (data: never) => unknown;
export interface Rule {
  readonly name: string;
  readonly symbols: readonly Symbol[];
  readonly postprocess: Action;
}
export interface Actions {
  readonly absolute: Action;
  readonly another: Action;
  readonly apply: Action;
  readonly assumeStatement: Action;
  readonly basePragma: Action;
  readonly big: Action;
  readonly binary: Action;
  readonly braceSubscript: Action;
  readonly braceSuperscript: Action;
  readonly checkDerivative: Action;
  readonly checkEqual: Action;
  readonly checkStatement: Action;
  readonly compare: Action;
  readonly constItem: Action;
  readonly constStatement: Action;
  readonly declItem: Action;
  readonly declareStatement: Action;
  readonly defineStatement: Action;
  readonly denominator: Action;
  readonly deriveStatement: Action;
  readonly dimItem: Action;
  readonly dimStatement: Action;
  readonly distributedStatement: Action;
  readonly elif: Action;
  readonly ellipsis: Action;
  readonly expressionStatement: Action;
  readonly filterBinder: Action;
  readonly first: Action;
  readonly fnStatement: Action;
  readonly generator: Action;
  readonly getsStatement: Action;
  readonly given: Action;
  readonly gradientBy: Action;
  readonly ifElse: Action;
  readonly ifThenElse: Action;
  readonly importName: Action;
  readonly importStatement: Action;
  readonly index: Action;
  readonly indexAll: Action;
  readonly indexAt: Action;
  readonly indexBind: Action;
  readonly indexRange: Action;
  readonly indexStatement: Action;
  readonly initItem: Action;
  readonly initStatement: Action;
  readonly lambda: Action;
  readonly leibniz: Action;
  readonly limit: Action;
  readonly mark: Action;
  readonly matrixPragma: Action;
  readonly method: Action;
  readonly moduleStatement: Action;
  readonly more: Action;
  readonly name: Action;
  readonly named: Action;
  readonly none: Action;
  readonly norm: Action;
  readonly not: Action;
  readonly nothing: Action;
  readonly number: Action;
  readonly one: Action;
  readonly opaqueStatement: Action;
  readonly option: Action;
  readonly over: Action;
  readonly overFrom: Action;
  readonly overRange: Action;
  readonly overSet: Action;
  readonly parameter: Action;
  readonly parsed: Action;
  readonly partial: Action;
  readonly partialOperator: Action;
  readonly plainType: Action;
  readonly positional: Action;
  readonly powerType: Action;
  readonly range: Action;
  readonly rangedType: Action;
  readonly recurStatement: Action;
  readonly request: Action;
  readonly returnStatement: Action;
  readonly round: Action;
  readonly scriptBinder: Action;
  readonly second: Action;
  readonly shapedType: Action;
  readonly signed: Action;
  readonly signedPower: Action;
  readonly square: Action;
  readonly string: Action;
  readonly subjectEqual: Action;
  readonly subjectStatement: Action;
  readonly ternary: Action;
  readonly texBinder: Action;
  readonly tight: Action;
  readonly typeOf: Action;
  readonly typeProperty: Action;
  readonly updateStatement: Action;
  readonly viaItem: Action;
  readonly whereClause: Action;
}

export const start = 'statement';

export function makeRules(build: Actions): readonly Rule[] {
  return [
    { name: 'statement', symbols: [{ type: 'MODULE' }, { type: 'NAME' }], postprocess: build.moduleStatement },
    { name: 'statement', symbols: [{ type: 'IMPORT' }, { type: 'LC' }, 'importNames', { type: 'RC' }, { type: 'FROM' }, { type: 'STR' }], postprocess: build.importStatement },
    { name: 'statement', symbols: [{ type: 'BASE' }, { type: 'NUM' }], postprocess: build.basePragma },
    { name: 'statement', symbols: [{ type: 'MATRIX' }], postprocess: build.matrixPragma },
    { name: 'statement', symbols: [{ type: 'DIM' }, 'dimItems'], postprocess: build.dimStatement },
    { name: 'statement', symbols: ['role', 'declItems'], postprocess: build.declareStatement },
    { name: 'statement', symbols: [{ type: 'CONST' }, 'constItems'], postprocess: build.constStatement },
    { name: 'statement', symbols: [{ type: 'INDEX' }, 'binders'], postprocess: build.indexStatement },
    { name: 'statement', symbols: [{ type: 'FN' }, { type: 'NAME' }, { type: 'LPC' }, 'parameters', { type: 'RP' }, 'result'], postprocess: build.fnStatement },
    { name: 'statement', symbols: [{ type: 'OPAQUE' }, { type: 'NAME' }, { type: 'LPC' }, 'parameters', { type: 'RP' }, 'result'], postprocess: build.opaqueStatement },
    { name: 'statement', symbols: [{ type: 'RECUR' }, 'binders'], postprocess: build.recurStatement },
    { name: 'statement', symbols: [{ type: 'INIT' }, 'initItems'], postprocess: build.initStatement },
    { name: 'statement', symbols: [{ type: 'DERIVE' }, 'requests', { type: 'OF' }, 'exprs', 'wrt', 'along', 'as', 'using'], postprocess: build.deriveStatement },
    { name: 'statement', symbols: [{ type: 'CHECK' }, 'expr'], postprocess: build.checkStatement },
    { name: 'statement', symbols: [{ type: 'CHECK' }, 'expr', { type: 'EQ' }, 'expr'], postprocess: build.checkEqual },
    { name: 'statement', symbols: [{ type: 'CHECK' }, { type: 'NAME' }, { type: 'OF' }, 'expr', { type: 'WRT' }, 'sums', 'equals', 'expr'], postprocess: build.checkDerivative },
    { name: 'statement', symbols: [{ type: 'ASSUME' }, 'expr'], postprocess: build.assumeStatement },
    { name: 'statement', symbols: [{ type: 'SUBJECT' }, { type: 'TO' }, 'exprs'], postprocess: build.subjectStatement },
    { name: 'statement', symbols: [{ type: 'SUBJECT' }, { type: 'TO' }, 'expr', { type: 'EQ' }, 'expr'], postprocess: build.subjectEqual },
    { name: 'statement', symbols: [{ type: 'UPDATE' }, 'postfix', 'sets', 'expr'], postprocess: build.updateStatement },
    { name: 'statement', symbols: [{ type: 'RETURN' }, 'expr'], postprocess: build.returnStatement },
    { name: 'statement', symbols: ['expr', { type: 'TILDE' }, 'expr'], postprocess: build.distributedStatement },
    { name: 'statement', symbols: ['expr', { type: 'EQ' }, 'expr', 'over'], postprocess: build.defineStatement },
    { name: 'statement', symbols: ['expr', { type: 'SETS' }, 'expr'], postprocess: build.getsStatement },
    { name: 'statement', symbols: ['expr'], postprocess: build.expressionStatement },
    { name: 'role', symbols: [{ type: 'DATA' }], postprocess: build.first },
    { name: 'role', symbols: [{ type: 'PARAM' }], postprocess: build.first },
    { name: 'role', symbols: [{ type: 'HYPER' }], postprocess: build.first },
    { name: 'over', symbols: [], postprocess: build.none },
    { name: 'over', symbols: [{ type: 'FOR' }, 'binders'], postprocess: build.second },
    { name: 'sets', symbols: [{ type: 'EQ' }], postprocess: build.first },
    { name: 'sets', symbols: [{ type: 'SETS' }], postprocess: build.first },
    { name: 'equals', symbols: [{ type: 'CMP' }], postprocess: build.first },
    { name: 'equals', symbols: [{ type: 'EQ' }], postprocess: build.first },
    { name: 'importNames', symbols: ['importName'], postprocess: build.one },
    { name: 'importNames', symbols: ['importNames', { type: 'COMMA' }, 'importName'], postprocess: build.more },
    { name: 'importName', symbols: [{ type: 'NAME' }], postprocess: build.importName },
    { name: 'importName', symbols: [{ type: 'NAME' }, { type: 'AS' }, { type: 'NAME' }], postprocess: build.importName },
    { name: 'requests', symbols: ['request'], postprocess: build.one },
    { name: 'requests', symbols: ['requests', { type: 'COMMA' }, 'request'], postprocess: build.more },
    { name: 'request', symbols: [{ type: 'NAME' }], postprocess: build.request },
    { name: 'request', symbols: [{ type: 'NAME' }, { type: 'LPC' }, 'expr', { type: 'RP' }], postprocess: build.request },
    { name: 'names', symbols: ['name'], postprocess: build.one },
    { name: 'names', symbols: ['names', { type: 'COMMA' }, 'name'], postprocess: build.more },
    { name: 'name', symbols: [{ type: 'NAME' }], postprocess: build.name },
    { name: 'dimItems', symbols: ['dimItem'], postprocess: build.one },
    { name: 'dimItems', symbols: ['dimItems', { type: 'COMMA' }, 'dimItem'], postprocess: build.more },
    { name: 'dimItem', symbols: ['name', 'value', 'where'], postprocess: build.dimItem },
    { name: 'declItems', symbols: ['declItem'], postprocess: build.one },
    { name: 'declItems', symbols: ['declItems', { type: 'COMMA' }, 'declItem'], postprocess: build.more },
    { name: 'declItem', symbols: ['name', 'family', 'typed', 'value', 'where'], postprocess: build.declItem },
    { name: 'declItem', symbols: ['name', 'family', 'typed', 'value', { type: 'VIA' }, 'name'], postprocess: build.viaItem },
    { name: 'family', symbols: [], postprocess: build.none },
    { name: 'family', symbols: [{ type: 'LBI' }, 'indices', { type: 'RB' }], postprocess: build.second },
    { name: 'typed', symbols: [], postprocess: build.nothing },
    { name: 'typed', symbols: [{ type: 'COLON' }, 'type'], postprocess: build.second },
    { name: 'value', symbols: [], postprocess: build.nothing },
    { name: 'value', symbols: [{ type: 'EQ' }, 'sum'], postprocess: build.second },
    { name: 'where', symbols: [], postprocess: build.nothing },
    { name: 'where', symbols: [{ type: 'WHERE' }, 'expr'], postprocess: build.whereClause },
    { name: 'where', symbols: [{ type: 'WHERE' }, 'expr', { type: 'VIA' }, 'name'], postprocess: build.whereClause },
    { name: 'constItems', symbols: ['constItem'], postprocess: build.one },
    { name: 'constItems', symbols: ['constItems', { type: 'COMMA' }, 'constItem'], postprocess: build.more },
    { name: 'constItem', symbols: ['name', { type: 'EQ' }, 'expr'], postprocess: build.constItem },
    { name: 'initItems', symbols: ['initItem'], postprocess: build.one },
    { name: 'initItems', symbols: ['initItems', { type: 'COMMA' }, 'initItem'], postprocess: build.more },
    { name: 'initItem', symbols: ['postfix', { type: 'EQ' }, 'expr'], postprocess: build.initItem },
    { name: 'parameters', symbols: ['parameter'], postprocess: build.one },
    { name: 'parameters', symbols: ['parameters', { type: 'COMMA' }, 'parameter'], postprocess: build.more },
    { name: 'parameter', symbols: ['name', 'typed'], postprocess: build.parameter },
    { name: 'result', symbols: [], postprocess: build.nothing },
    { name: 'result', symbols: [{ type: 'COLON' }, 'type'], postprocess: build.second },
    { name: 'type', symbols: [{ type: 'NAME' }], postprocess: build.plainType },
    { name: 'type', symbols: [{ type: 'NAME' }, { type: 'LBI' }, 'exprs', { type: 'RB' }], postprocess: build.shapedType },
    { name: 'type', symbols: [{ type: 'NAME' }, { type: 'RAISE' }, 'atom'], postprocess: build.powerType },
    { name: 'type', symbols: ['type', { type: 'IN' }, 'range'], postprocess: build.rangedType },
    { name: 'type', symbols: ['type', { type: 'OF' }, 'atom'], postprocess: build.typeOf },
    { name: 'type', symbols: ['type', { type: 'PROP' }], postprocess: build.typeProperty },
    { name: 'atom', symbols: ['name'], postprocess: build.first },
    { name: 'atom', symbols: [{ type: 'NUM' }], postprocess: build.number },
    { name: 'atom', symbols: [{ type: 'LP' }, 'expr', { type: 'RP' }], postprocess: build.second },
    { name: 'wrt', symbols: [], postprocess: build.none },
    { name: 'wrt', symbols: [{ type: 'WRT' }, 'exprs'], postprocess: build.second },
    { name: 'along', symbols: [], postprocess: build.none },
    { name: 'along', symbols: [{ type: 'ALONG' }, 'exprs'], postprocess: build.second },
    { name: 'as', symbols: [], postprocess: build.nothing },
    { name: 'as', symbols: [{ type: 'AS' }, 'name'], postprocess: build.second },
    { name: 'using', symbols: [], postprocess: build.none },
    { name: 'using', symbols: [{ type: 'USING' }, 'options'], postprocess: build.second },
    { name: 'options', symbols: ['option'], postprocess: build.one },
    { name: 'options', symbols: ['options', { type: 'COMMA' }, 'option'], postprocess: build.more },
    { name: 'option', symbols: ['name', 'value'], postprocess: build.option },
    { name: 'exprs', symbols: ['expr'], postprocess: build.one },
    { name: 'exprs', symbols: ['exprs', { type: 'COMMA' }, 'expr'], postprocess: build.more },
    { name: 'exprs', symbols: [{ type: 'EXPRS' }], postprocess: build.parsed },
    { name: 'sums', symbols: ['sum'], postprocess: build.one },
    { name: 'sums', symbols: ['sums', { type: 'COMMA' }, 'sum'], postprocess: build.more },
    { name: 'expr', symbols: ['cond'], postprocess: build.first },
    { name: 'expr', symbols: ['name', { type: 'ARROW' }, 'expr'], postprocess: build.lambda },
    { name: 'cond', symbols: ['or'], postprocess: build.first },
    { name: 'cond', symbols: [{ type: 'IF' }, 'or', { type: 'THEN' }, 'cond', 'elifs', { type: 'ELSE' }, 'cond'], postprocess: build.ifThenElse },
    { name: 'cond', symbols: ['or', { type: 'IFX' }, 'or', { type: 'ELSE' }, 'cond'], postprocess: build.ifElse },
    { name: 'cond', symbols: ['or', { type: 'QM' }, 'cond', { type: 'COLON' }, 'cond'], postprocess: build.ternary },
    { name: 'elifs', symbols: [], postprocess: build.none },
    { name: 'elifs', symbols: ['elifs', { type: 'ELIF' }, 'or', { type: 'THEN' }, 'cond'], postprocess: build.elif },
    { name: 'or', symbols: ['and'], postprocess: build.first },
    { name: 'or', symbols: ['or', { type: 'OR' }, 'and'], postprocess: build.binary },
    { name: 'and', symbols: ['not'], postprocess: build.first },
    { name: 'and', symbols: ['and', { type: 'AND' }, 'not'], postprocess: build.binary },
    { name: 'not', symbols: ['compare'], postprocess: build.first },
    { name: 'not', symbols: ['nots', 'compare'], postprocess: build.not },
    { name: 'nots', symbols: [{ type: 'NOT' }], postprocess: build.one },
    { name: 'nots', symbols: ['nots', { type: 'NOT' }], postprocess: build.another },
    { name: 'compare', symbols: ['sum'], postprocess: build.first },
    { name: 'compare', symbols: ['compare', { type: 'CMP' }, 'sum'], postprocess: build.compare },
    { name: 'compare', symbols: ['compare', { type: 'ELEM' }, 'sum'], postprocess: build.compare },
    { name: 'range', symbols: ['sum', { type: 'DOTS' }, 'sum'], postprocess: build.range },
    { name: 'range', symbols: ['sum', { type: 'TO' }, 'sum'], postprocess: build.range },
    { name: 'sum', symbols: ['term'], postprocess: build.first },
    { name: 'sum', symbols: ['sum', { type: 'ADD' }, 'term'], postprocess: build.binary },
    { name: 'term', symbols: ['product'], postprocess: build.first },
    { name: 'term', symbols: ['product', { type: 'TIMES' }, 'prefixed'], postprocess: build.binary },
    { name: 'term', symbols: ['prefixed'], postprocess: build.first },
    { name: 'product', symbols: ['unary'], postprocess: build.first },
    { name: 'product', symbols: ['product', { type: 'TIMES' }, 'unary'], postprocess: build.binary },
    { name: 'prefixed', symbols: ['prefix'], postprocess: build.first },
    { name: 'prefixed', symbols: ['signs', 'prefix'], postprocess: build.signed },
    { name: 'prefix', symbols: [{ type: 'BIG' }, 'binder', 'term'], postprocess: build.big },
    { name: 'prefix', symbols: [{ type: 'LEIB' }, 'term'], postprocess: build.leibniz },
    { name: 'prefix', symbols: [{ type: 'LIM' }, { type: 'LP' }, 'name', { type: 'ARROW' }, 'sum', { type: 'RPB' }, 'term'], postprocess: build.limit },
    { name: 'prefix', symbols: [{ type: 'LIM' }, { type: 'LSUB' }, 'name', { type: 'ARROW' }, 'sum', { type: 'RSUBB' }, 'term'], postprocess: build.limit },
    { name: 'prefix', symbols: [{ type: 'PARTIAL' }, 'order', { type: 'PDIV' }, 'denominators', { type: 'PEND' }, 'term'], postprocess: build.partialOperator },
    { name: 'binder', symbols: [], postprocess: build.none },
    { name: 'binder', symbols: [{ type: 'BSUB' }], postprocess: build.scriptBinder },
    { name: 'binder', symbols: [{ type: 'BSUB' }, { type: 'BSUP' }], postprocess: build.scriptBinder },
    { name: 'binder', symbols: [{ type: 'LBI' }, 'binders', { type: 'RBB' }], postprocess: build.second },
    { name: 'binder', symbols: [{ type: 'LBI' }, { type: 'RBB' }], postprocess: build.none },
    { name: 'binder', symbols: [{ type: 'LP' }, 'binders', { type: 'RPB' }], postprocess: build.second },
    { name: 'binder', symbols: [{ type: 'LSUB' }, 'binders', { type: 'RSUBB' }], postprocess: build.second },
    { name: 'binder', symbols: [{ type: 'LSUB' }, 'binders', { type: 'RSUBB' }, { type: 'LSUP' }, 'expr', { type: 'RSUPB' }], postprocess: build.texBinder },
    { name: 'binder', symbols: [{ type: 'LSUB' }, 'binders', { type: 'RSUBB' }, { type: 'BPOW' }, 'limit', { type: 'BEND' }], postprocess: build.texBinder },
    { name: 'limit', symbols: ['name'], postprocess: build.first },
    { name: 'limit', symbols: ['number'], postprocess: build.first },
    { name: 'binders', symbols: ['binderItem'], postprocess: build.one },
    { name: 'binders', symbols: ['binders', { type: 'COMMA' }, 'binderItem'], postprocess: build.more },
    { name: 'binderItem', symbols: ['name'], postprocess: build.over },
    { name: 'binderItem', symbols: ['name', { type: 'IN' }, 'range'], postprocess: build.overRange },
    { name: 'binderItem', symbols: ['name', { type: 'ELEM' }, 'range'], postprocess: build.overRange },
    { name: 'binderItem', symbols: ['name', { type: 'EQ' }, 'range'], postprocess: build.overRange },
    { name: 'binderItem', symbols: ['name', { type: 'IN' }, 'sum'], postprocess: build.overSet },
    { name: 'binderItem', symbols: ['name', { type: 'ELEM' }, 'sum'], postprocess: build.overSet },
    { name: 'binderItem', symbols: ['name', { type: 'EQ' }, 'sum'], postprocess: build.overFrom },
    { name: 'binderItem', symbols: ['chain'], postprocess: build.filterBinder },
    { name: 'chain', symbols: ['sum', { type: 'CMP' }, 'sum'], postprocess: build.compare },
    { name: 'chain', symbols: ['chain', { type: 'CMP' }, 'sum'], postprocess: build.compare },
    { name: 'unary', symbols: ['coefficient'], postprocess: build.first },
    { name: 'unary', symbols: ['signs', 'coefficient'], postprocess: build.signed },
    { name: 'signs', symbols: [{ type: 'ADD' }], postprocess: build.one },
    { name: 'signs', symbols: ['signs', { type: 'ADD' }], postprocess: build.another },
    { name: 'coefficient', symbols: ['power'], postprocess: build.first },
    { name: 'coefficient', symbols: ['number', { type: 'COEF' }, 'power'], postprocess: build.binary },
    { name: 'number', symbols: [{ type: 'NUM' }], postprocess: build.number },
    { name: 'power', symbols: ['tight'], postprocess: build.first },
    { name: 'power', symbols: ['power', { type: 'RAISE' }, 'tight'], postprocess: build.binary },
    { name: 'power', symbols: ['power', { type: 'RAISE' }, 'signs', 'tight'], postprocess: build.signedPower },
    { name: 'tight', symbols: ['base'], postprocess: build.first },
    { name: 'tight', symbols: ['tightOps', 'base'], postprocess: build.tight },
    { name: 'tight', symbols: [{ type: 'TIGHT' }, { type: 'VBELOW' }, 'tight'], postprocess: build.gradientBy },
    { name: 'tightOps', symbols: [{ type: 'TIGHT' }], postprocess: build.one },
    { name: 'tightOps', symbols: ['tightOps', { type: 'TIGHT' }], postprocess: build.another },
    { name: 'base', symbols: ['postfix'], postprocess: build.first },
    { name: 'base', symbols: [{ type: 'PARTIAL' }, 'order', 'postfix', { type: 'PDIV' }, 'denominators'], postprocess: build.partial },
    { name: 'order', symbols: [], postprocess: build.nothing },
    { name: 'order', symbols: [{ type: 'PSUP' }], postprocess: build.first },
    { name: 'denominators', symbols: ['denominator'], postprocess: build.one },
    { name: 'denominators', symbols: ['denominators', 'denominator'], postprocess: build.another },
    { name: 'denominator', symbols: [{ type: 'PDEN' }, 'variable'], postprocess: build.denominator },
    { name: 'denominator', symbols: [{ type: 'PDEN' }, 'variable', { type: 'DSUP' }], postprocess: build.denominator },
    { name: 'variable', symbols: ['name'], postprocess: build.first },
    { name: 'variable', symbols: ['name', { type: 'DSUB' }], postprocess: build.mark },
    { name: 'variable', symbols: ['name', { type: 'LSUB' }, 'exprs', { type: 'RSUB' }], postprocess: build.braceSubscript },
    { name: 'variable', symbols: ['name', { type: 'LBI' }, 'indices', { type: 'RB' }], postprocess: build.index },
    { name: 'postfix', symbols: ['primary'], postprocess: build.first },
    { name: 'postfix', symbols: ['postfix', { type: 'LPC' }, 'callArgs', { type: 'RP' }], postprocess: build.apply },
    { name: 'postfix', symbols: ['postfix', { type: 'DOT' }, 'name', { type: 'LPC' }, 'methodArgs', { type: 'RP' }], postprocess: build.method },
    { name: 'postfix', symbols: ['postfix', { type: 'LBI' }, 'indices', { type: 'RB' }], postprocess: build.index },
    { name: 'postfix', symbols: ['postfix', { type: 'LSUB' }, 'exprs', { type: 'RSUB' }], postprocess: build.braceSubscript },
    { name: 'postfix', symbols: ['postfix', { type: 'LSUP' }, 'expr', { type: 'RSUP' }], postprocess: build.braceSuperscript },
    { name: 'postfix', symbols: ['postfix', { type: 'MARK' }], postprocess: build.mark },
    { name: 'callArgs', symbols: [], postprocess: build.none },
    { name: 'callArgs', symbols: ['args'], postprocess: build.first },
    { name: 'callArgs', symbols: ['expr', { type: 'FOR' }, 'binders'], postprocess: build.generator },
    { name: 'callArgs', symbols: [{ type: 'ARGS' }], postprocess: build.parsed },
    { name: 'methodArgs', symbols: [], postprocess: build.none },
    { name: 'methodArgs', symbols: ['args'], postprocess: build.first },
    { name: 'args', symbols: ['arg'], postprocess: build.one },
    { name: 'args', symbols: ['args', { type: 'COMMA' }, 'arg'], postprocess: build.more },
    { name: 'args', symbols: ['args', { type: 'GIVEN' }, 'expr'], postprocess: build.given },
    { name: 'arg', symbols: ['expr'], postprocess: build.positional },
    { name: 'arg', symbols: ['name', { type: 'EQ' }, 'expr'], postprocess: build.named },
    { name: 'indices', symbols: ['indexItem'], postprocess: build.one },
    { name: 'indices', symbols: ['indices', { type: 'COMMA' }, 'indexItem'], postprocess: build.more },
    { name: 'indexItem', symbols: ['expr'], postprocess: build.indexAt },
    { name: 'indexItem', symbols: ['range'], postprocess: build.indexRange },
    { name: 'indexItem', symbols: [{ type: 'COLON' }], postprocess: build.indexAll },
    { name: 'indexItem', symbols: ['name', { type: 'IN' }, 'range'], postprocess: build.indexBind },
    { name: 'primary', symbols: [{ type: 'NUM' }], postprocess: build.number },
    { name: 'primary', symbols: [{ type: 'NAME' }], postprocess: build.name },
    { name: 'primary', symbols: [{ type: 'STR' }], postprocess: build.string },
    { name: 'primary', symbols: [{ type: 'ELL' }], postprocess: build.ellipsis },
    { name: 'primary', symbols: [{ type: 'LP' }, 'exprs', { type: 'RP' }], postprocess: build.round },
    { name: 'primary', symbols: [{ type: 'LB' }, 'rows', { type: 'RB' }], postprocess: build.square },
    { name: 'primary', symbols: [{ type: 'LBAR' }, 'expr', { type: 'RBAR' }], postprocess: build.absolute },
    { name: 'primary', symbols: [{ type: 'LNORM' }, 'expr', { type: 'RNORM' }], postprocess: build.norm },
    { name: 'rows', symbols: ['exprs'], postprocess: build.one },
    { name: 'rows', symbols: ['rows', { type: 'ROWSEP' }, 'exprs'], postprocess: build.more },
  ];
}
