/* Moving about in the picture, and searching it; behind page.js. */
/* ---- Moving about ------------------------------------------------------ */

function show(left, right) {
	const least = Math.min(1, 4 / count), width = Math.max(least / 4, Math.min(1, right - left));
	view.left = Math.max(0, Math.min(1 - width, left));
	view.right = view.left + width;
	draw();
}

function zoom(factor, place) {
	const width = (view.right - view.left) * factor;
	show(place - (place - view.left) / (view.right - view.left) * width, place - (place - view.left) / (view.right - view.left) * width + width);
}

const centre = () => view.chosen ? placeOf(view.chosen) : (view.left + view.right) / 2;
const pan = share => show(view.left + share * (view.right - view.left), view.right + share * (view.right - view.left));

/* STEP in the middle; near enough to read its neighbours when IS_NEAR. */
function goTo(step, isNear) {
	if (!isShown(step))
		return;
	view.chosen = step;
	let width = view.right - view.left;
	if (isNear)
		width = Math.min(width, Math.max(placeOf(step + 16) - placeOf(step - 16), 24 / count / 4));
	const middle = (placeOf(step) + placeOf(step + 1)) / 2;
	describe(step);
	show(middle - width / 2, middle + width / 2);
	for (const item of document.querySelectorAll("aside li"))
		item.classList.toggle("chosen", Number(item.dataset.step) === step);
}

function goToDecision(direction) {
	const steps = run.decisions.map(d => d[0]).filter(isShown);
	if (steps.length === 0)
		return;
	const next = direction > 0 ? steps.find(step => step > view.chosen) : steps.reverse().find(step => step < view.chosen);
	goTo(next === undefined ? steps[0] : next, true);
}

function describe(step) {
	const i = step - run.first, held = [];
	for (const [name, m, , got, released] of run.locks)
		if (m === run.m[i] && got !== 0 && got <= step && (released === 0 || released > step))
			held.push(name);
	element("about").textContent = `step ${step}  M${run.m[i]}  ${pointAt(step)}` + (run.p[i] ? `  P${run.p[i] - 1}` : "  no P") +
		(run.g[i] ? `  ${nameOfG(run.g[i])}` : "") + (run.operation[i] ? ` in ${run.operations[run.operation[i]]}` : "") +
		`  ${["system", "user", "signal"][run.stack[i]]} stack` + (held.length ? `  holds ${held.join(", ")}` : "");
}

/* ---- Search ------------------------------------------------------------ */

function matcher(text) {
	const wanted = text.trim().toLowerCase(), who = /^(g|goroutine|m|p) ?(\d+)$/.exec(wanted);
	if (wanted === "")
		return null;
	/* A whole name of a point means that one alone. */
	if (run.points.includes(wanted))
		return i => run.points[run.point[i]] === wanted;
	if (!who)
		return i => run.points[run.point[i]].includes(wanted) || (run.operation[i] && run.operations[run.operation[i]].toLowerCase().includes(wanted));
	const value = number(who[2]);
	if (who[1] === "m")
		return i => run.m[i] === value;
	if (who[1] === "p")
		return i => run.p[i] === value + 1;
	return i => run.g[i] !== 0 && number(run.goroutines[run.g[i] - 1][0]) === value;
}

function search() {
	const matches = matcher(element("search").value);
	view.found = [];
	for (let i = 0; matches && i < count; i++)
		if (matches(i))
			view.found.push(run.first + i);
	element("found").textContent = matches ? `${view.found.length} steps` + (view.found.length ? ", Enter: the next" : "") : "";
	draw();
}

function goToFound() {
	if (view.found.length === 0)
		return;
	const next = view.found.find(step => step > view.chosen) || view.found[0];
	goTo(next, true);
	element("found").textContent = `${view.found.indexOf(next) + 1} of ${view.found.length} steps`;
}

/* ---- Events ------------------------------------------------------------ */

const placeUnder = event => {
	const box = picture.getBoundingClientRect();
	const at = (event.clientX - box.left) / box.width * view.width;
	return view.left + (at - LABELS) / (view.width - LABELS - RIGHT) * (view.right - view.left);
};

let drag = null;
picture.addEventListener("pointerdown", event => {
	drag = {from: event.clientX, left: view.left, right: view.right, hasMoved: false};
	picture.setPointerCapture(event.pointerId);
});
picture.addEventListener("pointermove", event => {
	const step = stepAt(Math.max(0, Math.min(1, placeUnder(event))));
	describe(step);
	if (!drag)
		return;
	const moved = (drag.from - event.clientX) / picture.clientWidth * (drag.right - drag.left);
	drag.hasMoved = drag.hasMoved || Math.abs(drag.from - event.clientX) > 3;
	if (drag.hasMoved)
		show(drag.left + moved, drag.right + moved);
});
picture.addEventListener("pointerup", event => {
	if (drag && !drag.hasMoved) {
		const pin = event.target.closest ? event.target.closest(".pin-top") : null;
		view.chosen = pin ? number(pin.dataset.step) : stepAt(Math.max(0, Math.min(1, placeUnder(event))));
		if (pin)
			goTo(view.chosen, false);
		else
			draw();
	}
	drag = null;
});
picture.addEventListener("dblclick", event => zoom(1 / 3, placeUnder(event)));
picture.addEventListener("wheel", event => {
	if (event.ctrlKey || event.metaKey)
		zoom(event.deltaY > 0 ? 1.25 : .8, placeUnder(event));
	else if (event.shiftKey || event.deltaX !== 0)
		pan((event.deltaX || event.deltaY) / 1500);
	else
		return;
	event.preventDefault();
}, {passive: false});

function followOverview(event) {
	const box = overview.getBoundingClientRect();
	const share = ((event.clientX - box.left) / box.width * view.width - LABELS) / (view.width - LABELS - RIGHT);
	const middle = placeOf(Math.round(1 + share * run.total)), half = (view.right - view.left) / 2;
	show(middle - half, middle + half);
}
overview.addEventListener("pointerdown", event => { overview.setPointerCapture(event.pointerId); followOverview(event); });
overview.addEventListener("pointermove", event => { if (event.buttons) followOverview(event); });

const KEYS = {
	"ArrowLeft": () => pan(-.2), "ArrowRight": () => pan(.2), "+": () => zoom(.6, centre()), "=": () => zoom(.6, centre()),
	"-": () => zoom(1.6, centre()), "0": () => show(0, 1), "n": () => goToDecision(1), "p": () => goToDecision(-1),
	"/": () => element("search").focus(),
};
document.addEventListener("keydown", event => {
	if (event.target.id === "search" || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key])
		return;
	event.preventDefault();
	KEYS[event.key]();
});
element("search").addEventListener("input", search);
element("search").addEventListener("keydown", event => {
	if (event.key === "Enter")
		goToFound();
	else if (event.key === "Escape")
		picture.focus();
});
element("in").addEventListener("click", KEYS["+"]);
element("out").addEventListener("click", KEYS["-"]);
element("fit").addEventListener("click", KEYS["0"]);
element("next").addEventListener("click", KEYS.n);
element("previous").addEventListener("click", KEYS.p);
element("wide").addEventListener("change", () => { layAxis(); draw(); });
element("faded").addEventListener("change", draw);
element("every").addEventListener("change", draw);
if (element("story"))
	element("story").addEventListener("click", event => {
		const item = event.target.closest("li");
		if (item)
			goTo(number(item.dataset.step), true);
	});
window.addEventListener("resize", draw);
window.addEventListener("beforeprint", () => { view.printed = 1060; show(0, 1); });
window.addEventListener("afterprint", () => { view.printed = 0; draw(); });

element("faded").checked = !run.isFine;
layAxis();
/* The address may name a step, or what to search for: #512, #lock/trace. */
const named = decodeURIComponent(location.hash.slice(1));
draw();
if (/^\d+$/.test(named))
	goTo(number(named), true);
else if (named !== "") {
	element("search").value = named;
	search();
}
