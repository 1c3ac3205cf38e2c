// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.TensorId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Whether everyone can read and use the page: sizes, colours, names, keyboard. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardPageIT {
    private static final List<TensorId> IDS =
            IntStream.range(0, 6).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    /** Text whose contrast with what lies behind it is too low, as WCAG 2 computes it. */
    private static final String LOW_CONTRAST = """
            const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
              .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
              if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
            return [...document.body.querySelectorAll('*')].filter((e) => e.offsetParent
                && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
              .map((e) => { const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
                return [e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
              .filter(([, ratio]) => ratio < 4.5).map(([name, ratio]) => name + ' ' + ratio.toFixed(2));""";

    /** Things to operate, and pictures, that have no name for those who cannot see them. */
    private static final String NAMELESS = """
            return [...document.querySelectorAll('a, button, input, select, [role=img], [role=listbox], [role=meter], nav, section')]
              .filter((e) => e.offsetParent && !(e.getAttribute('aria-label') || e.textContent.trim()
                || (e.id && document.querySelector(`label[for="${e.id}"]`)))).map((e) => e.outerHTML.slice(0, 120));""";

    @TempDir
    static Path directory;

    private Browser browser;
    private TestCluster cluster;
    private Processor processor;
    private String page;

    @BeforeAll
    void open() throws Exception {
        browser = Browser.open(directory);
        cluster = TestCluster.withTopics();
        processor = cluster.start(Map.of("http.port", 0));
        page = processor.httpAddress().orElseThrow() + "/";
        Oracle oracle = new Oracle(cluster);
        oracle.feed(IDS, 0, 20);
        oracle.awaitOutputs();
        browser.size(1280, 800);
        browser.go(page);
        browser.untilText("#list-count", "6 tensors");
        oracle.feed(IDS, 20, 40); // with someone looking, samples are taken
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.close();
        }
        if (processor != null) {
            processor.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0} pixels wide, {1}, {2}")
    @CsvSource({
        "1280, light, tensors, layer0",
        "1280, dark, tensors, layer0",
        "390, light, tensors, layer0",
        "390, dark, tensors/run/layer0, SQNR",
        "1280, dark, pipeline, Every record was taken",
        "390, light, pipeline, Every record was taken",
        "390, dark, commands, No commands yet"
    })
    void everyTextIsReadableEverythingIsNamedAndNothingSticksOut(int width, String scheme, String view, String shown) {
        browser.size(width, 844);
        browser.prefer(scheme);
        browser.go(page + "#/" + view);
        browser.until("#link-text", element -> !element.getText().contains("connecting"));
        browser.untilText("body", shown);
        assertThat((List<?>) browser.run(LOW_CONTRAST)).isEmpty();
        assertThat((List<?>) browser.run(NAMELESS)).isEmpty();
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo((long) width);
        browser.screenshot(view.replace('/', '-') + "-" + width + "-" + scheme);
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    void theKeyboardReachesEverythingInOrder() {
        browser.size(1280, 800);
        browser.go(page + "#/tensors");
        browser.until(".row", WebElement::isDisplayed);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            browser.driver.switchTo().activeElement().sendKeys(Keys.TAB);
            order.add(String.valueOf(
                    browser.run("const e = document.activeElement; return e.id || e.dataset.view || e.className")));
        }
        assertThat(order).containsExactly("skip", "tensors", "pipeline", "commands", "theme", "search", "sort", "list");
        browser.driver.findElement(By.id("sort")).sendKeys("Name");
        browser.driver.findElement(By.id("list")).sendKeys(Keys.HOME);
        String first = browser.until("#detail h2", WebElement::isDisplayed).getText();
        browser.driver.findElement(By.id("list")).sendKeys(Keys.ARROW_DOWN);
        browser.until("#detail h2", h2 -> !h2.getText().equals(first));
        browser.driver.findElement(By.id("list")).sendKeys("/");
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("search");
        browser.driver.switchTo().activeElement().sendKeys("layer3");
        browser.untilText("#list-count", "1 of 6 tensors");
        browser.driver.switchTo().activeElement().sendKeys(Keys.ESCAPE);
        browser.untilText("#list-count", "6 tensors");
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("list");
    }
}
