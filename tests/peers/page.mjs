// A page of ours as Chromium has it: what it is made of, what it asks for, and whether people can read it.
//
// usage: node page.mjs FOLDER-OF-PACKAGES CHROMIUM PAGE
import { createRequire } from 'node:module';

const [packages, executablePath, url] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)('playwright-core');

// As root, it has no sandbox.
const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args });

const asked = [];
const said = [];
const looks = [];
let facts;
for (const [width, colorScheme] of [[360, 'light'], [360, 'dark'], [800, 'light'], [1280, 'dark']]) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    await page.goto(url);
    facts = await page.evaluate(() => {
        const all = [...document.querySelectorAll('*')];
        const names = (element) => element.getAttributeNames().map((name) => `${element.localName} ${name}`);
        const headings = all.filter(({ localName }) => /^h\d$/.test(localName)).map(({ localName }) => +localName[1]);
        return {
            elements: [...new Set(all.map(({ localName }) => localName))].sort(),
            attributes: [...new Set(all.flatMap(names))].sort(),
            links: all.filter((element) => element.hasAttribute('href')).map((element) => element.getAttribute('href')),
            text: document.body.textContent,
            title: document.title,
            lang: document.documentElement.lang,
            // A heading goes down by one level at most.
            skipped: headings.filter((level, place) => level > (headings[place - 1] ?? 0) + 1).length,
            unscoped: all.filter(({ localName, scope }) => localName === 'th' && !['row', 'col'].includes(scope)).length,
            firsts: all.filter(({ localName, textContent }) => localName === 'h1' && textContent).length,
        };
    });
    looks.push(await page.evaluate(() => {
        const channels = (color) => color.match(/[\d.]+/g).map(Number);
        // WCAG 2.2, section 1.4.3.
        const luminance = (color) => {
            const [r, g, b] = channels(color).map((value) => {
                const part = value / 255;
                return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (element) => {
            const color = getComputedStyle(element).backgroundColor;
            return channels(color)[3] === 0 ? ground(element.parentElement) : color;
        };
        const isText = ({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        let contrast = 21;
        for (const element of document.body.querySelectorAll('*')) {
            if (!isText(element)) continue;
            const { color, fill } = getComputedStyle(element);
            const [text, back] = [luminance(element instanceof SVGElement ? fill : color), luminance(ground(element))];
            contrast = Math.min(contrast, (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05));
        }
        const { scrollWidth } = document.documentElement;
        return { contrast, overflows: scrollWidth > innerWidth, ground: getComputedStyle(document.body).backgroundColor };
    }));
    await page.close();
}
await browser.close();
console.log(JSON.stringify({ ...facts, asked, said, looks }));
