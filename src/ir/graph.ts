/**
 * The arena of nodes. Nodes are made through one door (`build.ts` → `Graph.intern`), never changed and
 * never removed; an argument always has a smaller id than its user, so every pass is one loop over ids.
 * Same node, same id. Attributes are interned too: a million scalar additions share one attribute.
 */
import type { Dim } from './dim.ts';
import { formatRational } from './rational.ts';
import { REORDERED, traitsOf } from './traits.ts';
import type { Attr, AxisIndex, ConstValue, NodeId, Sub } from './types.ts';

const INITIAL_NODES = 256;

/** Longer orders are kept node by node. */
const LONGEST_SHARED_ORDER = 32;

/** Fields of a node's record: index into #attrs, the slice of its arguments, traits. */
const FIELDS = 4;
const START = 1;
const END = 2;
const TRAITS = 3;

export class Graph {
  #size = 0;
  /** a record per node, see the fields; what passes ask of a node lies in one line of the processor's cache */
  #nodes: Int32Array = new Int32Array(FIELDS * INITIAL_NODES);
  #args: Int32Array = new Int32Array(4 * INITIAL_NODES);
  /** how much of it */
  #used = 0;
  /** open addressing (`firstPlace`): pairs of a hash and a node id + 1, 0 is empty; at most half full. The hash tells most collisions without a look at the node. */
  #table: Int32Array = new Int32Array(2 * 4 * INITIAL_NODES);

  readonly #attrs: Attr[] = [];
  /** per attribute, see traits.ts */
  readonly #traits: number[] = [];
  readonly #attrIds = new Map<string, number>();
  readonly #attrIdOfObject = new Map<Attr, number>();
  /** why a node was made: 1 + index into #rules of the differentiation rule that first produced it, or 0 */
  #ruleIds = new Uint16Array(0);
  readonly #rules: string[] = [];
  readonly #ruleIndex = new Map<string, number>();

  /** how the user ordered a commutative node, when that differs from the canonical order: 1 + index into #orders, or 0 */
  #displayIds = new Uint32Array(0);
  readonly #orders: (readonly number[])[] = [[1, 0]];
  readonly #orderIds = new Map<string, number>();

  /** what was reachable from the roots asked for last (walk.ts): nodes never change, so it stays true */
  walked: { readonly roots: readonly NodeId[]; readonly order: readonly NodeId[] } | undefined;
  /** where the nodes of the formulas asked for last stand in their text (print/order.ts): each of a thousand derivatives is printed beside the same ones */
  placed: { readonly typed: readonly NodeId[]; readonly places: ReadonlyMap<NodeId, number> } | undefined;

  /** matrices that are equal to their transpose */
  readonly #symmetric = new Set<NodeId>();

  get size(): number {
    return this.#size;
  }

  /** How many different attributes there are. */
  get attributes(): number {
    return this.#attrs.length;
  }

  attr(id: NodeId): Attr {
    return this.#attrs[this.attrOf(id)] ?? missing(id);
  }

  /** The number of a node's attribute: equal for nodes that differ in their arguments only. */
  attrOf(id: NodeId): number {
    return id < this.#size ? (this.#nodes[FIELDS * id] ?? -1) : -1;
  }

  /** The traits of a node's attribute (traits.ts): cheaper to ask than the attribute. */
  traits(id: NodeId): number {
    return this.#nodes[FIELDS * id + TRAITS] ?? 0;
  }

  shape(id: NodeId): readonly Dim[] {
    return this.attr(id).shape;
  }

  arity(id: NodeId): number {
    const at = FIELDS * id;
    return (this.#nodes[at + END] ?? 0) - (this.#nodes[at + START] ?? 0);
  }

  arg(id: NodeId, k: number): NodeId {
    const at = FIELDS * id;
    const place = (this.#nodes[at + START] ?? 0) + k;
    if (!(place < (this.#nodes[at + END] ?? 0))) throw new RangeError(`node %${id} has no argument ${k}`);
    return this.#args[place] ?? -1;
  }

  /** The arguments as a list of their own. */
  argList(id: NodeId): NodeId[] {
    const list: NodeId[] = [];
    const end = this.#nodes[FIELDS * id + END] ?? 0;
    for (let at = this.#nodes[FIELDS * id + START] ?? 0; at < end; at++) list.push(this.#args[at] ?? -1);
    return list;
  }

  /** The arguments as a view of the arena: valid until the next node is made; copy to keep. */
  args(id: NodeId): Int32Array {
    return this.#args.subarray(this.#nodes[FIELDS * id + START], this.#nodes[FIELDS * id + END]);
  }

  /** The node with this attribute and these arguments, new or existing. Normal forms are the builder's business. */
  intern(attr: Attr, args: ArrayLike<NodeId>): NodeId {
    return this.internAs(this.attributeId(attr), args);
  }

  /** The same by the number of the attribute. */
  internAs(attrId: number, args: ArrayLike<NodeId>): NodeId {
    const start = this.#reserve(args.length);
    for (let k = 0; k < args.length; k++) this.#args[start + k] = args[k] ?? -1;
    return this.#interned(attrId, args.length);
  }

  /** The same over one argument: most nodes of large graphs have one or two, and need no list of them. */
  internOne(attrId: number, x: NodeId): NodeId {
    const start = this.#reserve(1);
    this.#args[start] = x;
    return this.#interned(attrId, 1);
  }

  /** The same over two. */
  internTwo(attrId: number, x: NodeId, y: NodeId): NodeId {
    const start = this.#reserve(2);
    this.#args[start] = x;
    this.#args[start + 1] = y;
    return this.#interned(attrId, 2);
  }

  /** Records which rule made the nodes from `first` on; the first rule stays. */
  noteRule(first: NodeId, rule: string): void {
    if (first >= this.#size) return;
    let index = this.#ruleIndex.get(rule);
    if (index === undefined) this.#ruleIndex.set(rule, (index = this.#rules.push(rule) - 1));
    this.#setRule(first, index + 1);
  }

  /** The nodes from `first` on take the place of another node, and were made for the same reason. */
  inheritRule(first: NodeId, from: NodeId): void {
    const rule = first < this.#size ? (this.#ruleIds[from] ?? 0) : 0;
    if (rule !== 0) this.#setRule(first, rule);
  }

  #setRule(first: NodeId, rule: number): void {
    if (this.#ruleIds.length < this.#size) {
      const wider = new Uint16Array(this.#capacity);
      wider.set(this.#ruleIds);
      this.#ruleIds = wider;
    }
    for (let id = first; id < this.#size; id++) if (this.#ruleIds[id] === 0) this.#ruleIds[id] = rule;
  }

  ruleOf(id: NodeId): string | undefined {
    return this.#rules[(this.#ruleIds[id] ?? 0) - 1];
  }

  /** Stored positions of the arguments in the user's order; undefined when stored so. */
  displayOrder(id: NodeId): readonly number[] | undefined {
    return (this.traits(id) & REORDERED) === 0 ? undefined : this.#orders[(this.#displayIds[id] ?? 0) - 1];
  }

  /** For the node just made: one that exists already keeps the order of whoever wrote it first. */
  setDisplayOrder(id: NodeId, order: readonly number[]): void {
    if (id !== this.#size - 1) return;
    if (this.#displayIds.length <= id) {
      const wider = new Uint32Array(this.#capacity);
      wider.set(this.#displayIds);
      this.#displayIds = wider;
    }
    if ((this.traits(id) & REORDERED) !== 0) return;
    this.#displayIds[id] = 1 + this.#orderId(order);
    this.#nodes[FIELDS * id + TRAITS] = this.traits(id) | REORDERED;
  }

  isSymmetric(id: NodeId): boolean {
    return this.#symmetric.has(id);
  }

  markSymmetric(id: NodeId): void {
    this.#symmetric.add(id);
  }

  #orderId(order: readonly number[]): number {
    // a million products of two factors share the only order that two can have, long sums hardly ever do
    if (order.length === 2) return 0;
    if (order.length > LONGEST_SHARED_ORDER) return this.#orders.push(order) - 1;
    const key = order.join();
    let id = this.#orderIds.get(key);
    if (id === undefined) this.#orderIds.set(key, (id = this.#orders.push(order) - 1));
    return id;
  }

  /** The number of an attribute; equal attributes have one. */
  attributeId(attr: Attr): number {
    const known = this.#attrIdOfObject.get(attr);
    if (known !== undefined) return known;
    const key = attrKey(attr);
    let id = this.#attrIds.get(key);
    if (id === undefined) {
      id = this.#attrs.length;
      this.#attrs.push(attr);
      this.#traits.push(traitsOf(attr));
      this.#attrIds.set(key, id);
      this.#attrIdOfObject.set(attr, id);
    }
    return id;
  }

  /** Where the arguments of the next node stand. They are written there before it is known whether there is such a node already. */
  #reserve(count: number): number {
    while (this.#used + count > this.#args.length) this.#args = grown(this.#args);
    return this.#used;
  }

  /** The node over the arguments that were just written. */
  #interned(attrId: number, count: number): NodeId {
    const end = this.#used + count;
    const hash = hashOf(attrId, this.#args, this.#used, end);
    const table = this.#table;
    const newest = newestOf(this.#args, this.#used, end);
    for (let probe = 0, slot = firstPlace(table, newest, hash); ; slot = nextPlace(table, slot, hash, ++probe)) {
      const id = (table[slot + 1] ?? 0) - 1;
      if (id < 0) return this.#append(attrId, count, hash, slot);
      if (table[slot] === hash && this.#nodes[FIELDS * id] === attrId && this.#hasArgs(id, count)) return id;
    }
  }

  #hasArgs(id: NodeId, count: number): boolean {
    const start = this.#nodes[FIELDS * id + START] ?? 0;
    if ((this.#nodes[FIELDS * id + END] ?? 0) - start !== count) return false;
    for (let k = 0; k < count; k++) if (this.#args[start + k] !== this.#args[this.#used + k]) return false;
    return true;
  }

  #append(attrId: number, count: number, hash: number, slot: number): NodeId {
    const id = this.#size;
    const at = FIELDS * id;
    const [start, end] = [this.#used, this.#used + count];
    for (let k = start; k < end; k++) {
      const arg = this.#args[k] ?? -1;
      if (!(arg >= 0 && arg < id)) throw new RangeError(`argument %${arg} of a new node does not exist`);
    }
    if (at === this.#nodes.length) this.#nodes = grown(this.#nodes);
    this.#nodes[at] = attrId;
    this.#nodes[at + START] = start;
    this.#nodes[at + END] = end;
    this.#nodes[at + TRAITS] = this.#traits[attrId] ?? 0;
    this.#used = end;
    this.#size = id + 1;
    this.#table[slot] = hash;
    this.#table[slot + 1] = id + 1;
    if (4 * this.#size > this.#table.length) this.#rehash();
    return id;
  }

  /** In the order of ids, which is about that of the places. */
  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length);
    for (let id = 0; id < this.#size; id++) {
      const at = FIELDS * id;
      const [start, end] = [this.#nodes[at + START] ?? 0, this.#nodes[at + END] ?? 0];
      const hash = hashOf(this.#nodes[at] ?? 0, this.#args, start, end);
      let slot = firstPlace(table, newestOf(this.#args, start, end), hash);
      for (let probe = 1; table[slot + 1] !== 0; probe++) slot = nextPlace(table, slot, hash, probe);
      table[slot] = hash;
      table[slot + 1] = id + 1;
    }
    this.#table = table;
  }

  /** How many nodes there is room for. */
  get #capacity(): number {
    return this.#nodes.length / FIELDS;
  }
}

const missing = (id: NodeId): never => {
  throw new RangeError(`no node %${id}`);
};

function hashOf(attrId: number, args: Int32Array, start: number, end: number): number {
  let h = Math.imul(attrId + 1, 0x9e3779b1);
  for (let at = start; at < end; at++) h = Math.imul(h ^ ((args[at] ?? 0) + 0x7f4a7c15), 0x85ebca6b) ^ (h >>> 15);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  return (h ^ (h >>> 13)) | 0;
}

function newestOf(args: Int32Array, start: number, end: number): NodeId {
  let newest = -1;
  for (let at = start; at < end; at++) {
    const arg = args[at] ?? -1;
    if (arg > newest) newest = arg;
  }
  return newest;
}

/** Numbers of the table in one line of the processor's cache, and for each newest argument. */
const LINE = 16;
const ROOM = 4;

/**
 * Where a node is looked for first: in the line of its newest argument. Passes make nodes over what they have just made, so they
 * walk through the table in order. Where the line is full, the place that its hash says follows, and those after it.
 */
function firstPlace(table: Int32Array, newest: NodeId, hash: number): number {
  const mask = table.length - 1;
  return newest < 0 ? (hash << 1) & mask : (((ROOM * newest) & mask) & -LINE) + ((hash << 1) & (LINE - 1));
}

function nextPlace(table: Int32Array, slot: number, hash: number, probe: number): number {
  if (probe < LINE / 2) return (slot & -LINE) + ((slot + 2) & (LINE - 1));
  return (probe === LINE / 2 ? hash << 1 : slot + 2) & (table.length - 1);
}

function grown(old: Int32Array): Int32Array {
  const next = new Int32Array(2 * old.length);
  next.set(old);
  return next;
}

const subKey = (sub: Sub): string => sub.join('.');
/** The count tells `one argument without labels` from `no argument`. */
const subsKey = (subs: readonly Sub[]): string => `${subs.length}:${subs.map(subKey).join(' ')}`;

/** Exact bit pattern for doubles: Infinity, -Infinity and NaN are three different keys. */
function constKey(value: ConstValue): string {
  switch (value.kind) {
    case 'rational': return formatRational(value.value);
    case 'named': return value.name;
    case 'double': return `d${String(value.value)}`;
  }
}

export function axisKey(axis: AxisIndex): string {
  if (axis.kind === 'gather') return `@${axis.arg}[${subKey(axis.sub)}]`;
  return `${axis.terms.map((t) => `${t.coef}*${t.label}`).join('+')}+${axis.offset}`;
}

function detailKey(attr: Attr): string {
  switch (attr.kind) {
    case 'leaf': return `${attr.role}|${attr.element}|${attr.of ?? ''}|${attr.symmetric === true ? 'sym' : ''}|${attr.name}`;
    case 'const': return constKey(attr.value);
    case 'dim': return attr.dim;
    case 'iota': case 'delta': case 'stack': return '';
    case 'map': return `${attr.op}|${subsKey(attr.subs)}`;
    case 'ein': return `${formatRational(attr.coef)}|${subsKey(attr.subs)}|${attr.sums.join(',')}`;
    case 'add': return `${attr.coefs.map(formatRational).join(',')}|${subsKey(attr.subs)}`;
    case 'red': return `${attr.op}|${attr.axes.join(',')}`;
    case 'view': case 'scat': return `${attr.index.map(axisKey).join(';')}|${String(attr.masked)}`;
    case 'scan': return `${attr.length}|${attr.direction}|${attr.carries}|${attr.sequences}|${attr.next.join(',')}|${attr.ys.join(',')}`;
    case 'proj': return `${attr.which}|${attr.index}`;
    case 'param': return `${attr.role}|${attr.index}|${attr.symmetric === true ? 'sym' : ''}`;
    case 'linalg': return `${attr.op}|${String(attr.transposed)}`;
    case 'call': return `${attr.name}|${attr.orders.join(',')}|${subsKey(attr.subs)}`;
  }
}

const attrKey = (attr: Attr): string => `${attr.kind}|${attr.shape.join(',')}|${detailKey(attr)}`;
