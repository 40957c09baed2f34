# The grammar of diffc, at token level. The token filter (src/frontends/math/filter.ts) has already decided bars,
# juxtaposition, call and index brackets, and statement ends; what a name is decides the rest after parsing.
#
# Rules of this file: left recursion only (nearley is quadratic on right recursion and on :* :+), one parse for
# every sentence (the fuzzer asserts it), actions are pure. Chains of powers and of comparisons are parsed to
# the left and turned into their proper shape once per statement (src/frontends/math/finish.ts).
#
# Terminals that the grammar treats alike are one class, which keeps Earley's columns short (src/frontends/math/earley.ts):
# ADD + -   TIMES * / @ .* ./ juxtaposition   RAISE ^ .^   TIGHT √ ∇   MARK sub- and superscripts ' ᵀ !   SETS := -= …
@preprocessor typescript

# ---------- statements ----------
statement -> %MODULE %NAME                                        {% build.moduleStatement %}
  | %IMPORT %LC importNames %RC %FROM %STR                        {% build.importStatement %}
  | %BASE %NUM                                                    {% build.basePragma %}
  | %MATRIX                                                       {% build.matrixPragma %}
  | %DIM dimItems                                                 {% build.dimStatement %}
  | role declItems                                                {% build.declareStatement %}
  | %CONST constItems                                             {% build.constStatement %}
  | %INDEX binders                                                {% build.indexStatement %}
  | %FN %NAME %LPC parameters %RP result                          {% build.fnStatement %}
  | %OPAQUE %NAME %LPC parameters %RP result                      {% build.opaqueStatement %}
  | %RECUR binders                                                {% build.recurStatement %}
  | %INIT initItems                                               {% build.initStatement %}
  | %DERIVE requests %OF exprs wrt along as using                    {% build.deriveStatement %}
  | %CHECK expr                                                   {% build.checkStatement %}
  | %CHECK expr %EQ expr                                          {% build.checkEqual %}
  | %CHECK %NAME %OF expr %WRT sums equals expr                   {% build.checkDerivative %}
  | %ASSUME expr                                                  {% build.assumeStatement %}
  | %SUBJECT %TO exprs                                            {% build.subjectStatement %}
  | %SUBJECT %TO expr %EQ expr                                    {% build.subjectEqual %}
  | %UPDATE postfix sets expr                                     {% build.updateStatement %}
  | %RETURN expr                                                  {% build.returnStatement %}
  | expr %TILDE expr                                              {% build.distributedStatement %}
  | expr %EQ expr over                                            {% build.defineStatement %}
  | expr %SETS expr                                               {% build.getsStatement %}
  | expr                                                          {% build.expressionStatement %}

role -> %DATA {% build.first %} | %PARAM {% build.first %} | %HYPER {% build.first %}
over -> null {% build.none %} | %FOR binders {% build.second %}
sets -> %EQ {% build.first %} | %SETS {% build.first %}
equals -> %CMP {% build.first %} | %EQ {% build.first %}

importNames -> importName {% build.one %} | importNames %COMMA importName {% build.more %}
importName -> %NAME {% build.importName %} | %NAME %AS %NAME {% build.importName %}
requests -> request {% build.one %} | requests %COMMA request {% build.more %}
request -> %NAME {% build.request %} | %NAME %LPC expr %RP {% build.request %}
names -> name {% build.one %} | names %COMMA name {% build.more %}
name -> %NAME {% build.name %}

dimItems -> dimItem {% build.one %} | dimItems %COMMA dimItem {% build.more %}
dimItem -> name value where {% build.dimItem %}
declItems -> declItem {% build.one %} | declItems %COMMA declItem {% build.more %}
declItem -> name family typed value where {% build.declItem %} | name family typed value %VIA name {% build.viaItem %}
family -> null {% build.none %} | %LBI indices %RB {% build.second %}
typed -> null {% build.nothing %} | %COLON type {% build.second %}
value -> null {% build.nothing %} | %EQ sum {% build.second %}
where -> null {% build.nothing %} | %WHERE expr {% build.whereClause %} | %WHERE expr %VIA name {% build.whereClause %}
constItems -> constItem {% build.one %} | constItems %COMMA constItem {% build.more %}
constItem -> name %EQ expr {% build.constItem %}
initItems -> initItem {% build.one %} | initItems %COMMA initItem {% build.more %}
initItem -> postfix %EQ expr {% build.initItem %}
parameters -> parameter {% build.one %} | parameters %COMMA parameter {% build.more %}
parameter -> name typed {% build.parameter %}
result -> null {% build.nothing %} | %COLON type {% build.second %}

type -> %NAME {% build.plainType %}
  | %NAME %LBI exprs %RB {% build.shapedType %}
  | %NAME %RAISE atom {% build.powerType %}
  | type %IN range {% build.rangedType %}
  | type %OF atom {% build.typeOf %}
  | type %PROP {% build.typeProperty %}
atom -> name {% build.first %} | %NUM {% build.number %} | %LP expr %RP {% build.second %}

wrt -> null {% build.none %} | %WRT exprs {% build.second %}
along -> null {% build.none %} | %ALONG exprs {% build.second %}
as -> null {% build.nothing %} | %AS name {% build.second %}
using -> null {% build.none %} | %USING options {% build.second %}
options -> option {% build.one %} | options %COMMA option {% build.more %}
option -> name value {% build.option %}

# ---------- expressions, loosest to tightest ----------
# deep in brackets EXPRS and ARGS stand for what has been parsed already (src/frontends/math/deep.ts)
exprs -> expr {% build.one %} | exprs %COMMA expr {% build.more %} | %EXPRS {% build.parsed %}
sums -> sum {% build.one %} | sums %COMMA sum {% build.more %}

expr -> cond {% build.first %} | name %ARROW expr {% build.lambda %}
cond -> or {% build.first %}
  | %IF or %THEN cond elifs %ELSE cond {% build.ifThenElse %}
  | or %IFX or %ELSE cond {% build.ifElse %}
  | or %QM cond %COLON cond {% build.ternary %}
elifs -> null {% build.none %} | elifs %ELIF or %THEN cond {% build.elif %}
or -> and {% build.first %} | or %OR and {% build.binary %}
and -> not {% build.first %} | and %AND not {% build.binary %}
not -> compare {% build.first %} | nots compare {% build.not %}
nots -> %NOT {% build.one %} | nots %NOT {% build.another %}
compare -> sum {% build.first %} | compare %CMP sum {% build.compare %} | compare %ELEM sum {% build.compare %}
range -> sum %DOTS sum {% build.range %} | sum %TO sum {% build.range %}
sum -> term {% build.first %} | sum %ADD term {% build.binary %}
term -> product {% build.first %} | product %TIMES prefixed {% build.binary %} | prefixed {% build.first %}
product -> unary {% build.first %} | product %TIMES unary {% build.binary %}

# a prefix form takes one whole product as its body, so it can only be the last factor
prefixed -> prefix {% build.first %} | signs prefix {% build.signed %}
prefix -> %BIG binder term {% build.big %}
  | %LEIB term {% build.leibniz %}
  | %LIM %LP name %ARROW sum %RPB term {% build.limit %}
  | %LIM %LSUB name %ARROW sum %RSUBB term {% build.limit %}
  | %PARTIAL order %PDIV denominators %PEND term {% build.partialOperator %}
binder -> null {% build.none %}
  | %BSUB {% build.scriptBinder %}
  | %BSUB %BSUP {% build.scriptBinder %}
  | %LBI binders %RBB {% build.second %}
  | %LBI %RBB {% build.none %}
  | %LP binders %RPB {% build.second %}
  | %LSUB binders %RSUBB {% build.second %}
  | %LSUB binders %RSUBB %LSUP expr %RSUPB {% build.texBinder %}
  | %LSUB binders %RSUBB %BPOW limit %BEND {% build.texBinder %}
limit -> name {% build.first %} | number {% build.first %}
binders -> binderItem {% build.one %} | binders %COMMA binderItem {% build.more %}
binderItem -> name {% build.over %}
  | name %IN range {% build.overRange %} | name %ELEM range {% build.overRange %} | name %EQ range {% build.overRange %}
  | name %IN sum {% build.overSet %} | name %ELEM sum {% build.overSet %} | name %EQ sum {% build.overFrom %}
  | chain {% build.filterBinder %}
chain -> sum %CMP sum {% build.compare %} | chain %CMP sum {% build.compare %}

unary -> coefficient {% build.first %} | signs coefficient {% build.signed %}
signs -> %ADD {% build.one %} | signs %ADD {% build.another %}
coefficient -> power {% build.first %} | number %COEF power {% build.binary %}
number -> %NUM {% build.number %}
power -> tight {% build.first %} | power %RAISE tight {% build.binary %} | power %RAISE signs tight {% build.signedPower %}
tight -> base {% build.first %} | tightOps base {% build.tight %} | %TIGHT %VBELOW tight {% build.gradientBy %}
tightOps -> %TIGHT {% build.one %} | tightOps %TIGHT {% build.another %}
base -> postfix {% build.first %} | %PARTIAL order postfix %PDIV denominators {% build.partial %}
order -> null {% build.nothing %} | %PSUP {% build.first %}
denominators -> denominator {% build.one %} | denominators denominator {% build.another %}
denominator -> %PDEN variable {% build.denominator %} | %PDEN variable %DSUP {% build.denominator %}
variable -> name {% build.first %} | name %DSUB {% build.mark %} | name %LSUB exprs %RSUB {% build.braceSubscript %}
  | name %LBI indices %RB {% build.index %}

postfix -> primary {% build.first %}
  | postfix %LPC callArgs %RP {% build.apply %}
  | postfix %DOT name %LPC methodArgs %RP {% build.method %}
  | postfix %LBI indices %RB {% build.index %}
  | postfix %LSUB exprs %RSUB {% build.braceSubscript %}
  | postfix %LSUP expr %RSUP {% build.braceSuperscript %}
  | postfix %MARK {% build.mark %}
callArgs -> null {% build.none %} | args {% build.first %} | expr %FOR binders {% build.generator %} | %ARGS {% build.parsed %}
methodArgs -> null {% build.none %} | args {% build.first %}
args -> arg {% build.one %} | args %COMMA arg {% build.more %} | args %GIVEN expr {% build.given %}
arg -> expr {% build.positional %} | name %EQ expr {% build.named %}
indices -> indexItem {% build.one %} | indices %COMMA indexItem {% build.more %}
indexItem -> expr {% build.indexAt %} | range {% build.indexRange %} | %COLON {% build.indexAll %} | name %IN range {% build.indexBind %}
primary -> %NUM {% build.number %} | %NAME {% build.name %} | %STR {% build.string %} | %ELL {% build.ellipsis %}
  | %LP exprs %RP {% build.round %} | %LB rows %RB {% build.square %}
  | %LBAR expr %RBAR {% build.absolute %} | %LNORM expr %RNORM {% build.norm %}
rows -> exprs {% build.one %} | rows %ROWSEP exprs {% build.more %}
