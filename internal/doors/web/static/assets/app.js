// What makes the pages quicker. Every page works without it: these are comforts, never the only way.
(function () {
  "use strict";

  // 选择本页全部: the head box of a table ticks its rows; [data-count] shows how many are ticked.
  function count(form) {
    var n = form.querySelectorAll("tbody input[type=checkbox][name]:checked").length;
    form.querySelectorAll("[data-count]").forEach(function (el) { el.textContent = "已选 " + n + " 项"; });
    form.querySelectorAll("tbody tr").forEach(function (row) {
      var box = row.querySelector(".chk input[type=checkbox]");
      if (box) row.classList.toggle("sel", box.checked);
    });
  }
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    if (box.hasAttribute("data-all")) {
      box.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach(function (one) {
        if (!one.disabled) one.checked = box.checked;
      });
    }
    var form = box.closest("form");
    if (form && form.querySelector("[data-count]")) count(form);
  });
  document.querySelectorAll("form").forEach(function (form) { if (form.querySelector("[data-count]")) count(form); });

  // 增加一行: a copy of the last row of a list, empty, with the next number in its names.
  function grids(root) {
    root.querySelectorAll("button[data-more]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        var body = button.closest("fieldset").querySelector("table[data-grid] tbody");
        var row = body.lastElementChild.cloneNode(true);
        var field = button.getAttribute("data-more"), n = body.children.length;
        row.querySelectorAll("input[type=hidden]").forEach(function (el) { el.remove(); });
        row.querySelectorAll("input, select").forEach(function (el) {
          el.name = field + "." + n + el.name.slice(el.name.lastIndexOf("."));
          if (el.tagName === "SELECT") el.selectedIndex = 0; else el.value = "";
        });
        body.appendChild(row);
        row.querySelector("input, select").focus();
      });
    });
  }
  grids(document);

  // 打印: shown only where it can work.
  function prints(root) {
    root.querySelectorAll("button[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  }

  // 还没有保存: leaving a form that was changed asks once, and sending it never does.
  var dirty = null;
  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-keep]");
    if (form) dirty = form;
  });
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) return;
    if (event.target === dirty) dirty = null;
    // A second press of the same button would only be answered with the first result: save the wait.
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    window.setTimeout(function () {
      form.querySelectorAll("button:enabled").forEach(function (b) { b.disabled = true; b.setAttribute("data-sent", ""); });
    }, 0);
  });
  window.addEventListener("beforeunload", function (event) { if (dirty) event.preventDefault(); });
  window.addEventListener("pageshow", function (event) { // coming back with the back button
    if (event.persisted) document.querySelectorAll("button[data-sent]").forEach(function (b) { b.disabled = false; });
  });

  // 核对计划文件: the row one works in and its paragraph are marked together and seen together.
  document.addEventListener("focusin", function (event) {
    var row = event.target.closest && event.target.closest("fieldset.mea[data-text]");
    if (!row) return;
    document.querySelectorAll(".mea.cur, .doc .cur").forEach(function (el) { el.classList.remove("cur"); });
    row.classList.add("cur");
    var text = document.getElementById(row.getAttribute("data-text"));
    if (!text) return;
    text.classList.add("cur");
    var pane = text.closest(".pane");
    if (pane && pane.scrollHeight > pane.clientHeight) pane.scrollTop += text.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  });

  // A link to a folded form opens it and leads to its first control.
  function unfold() {
    var box = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!box) return;
    var fold = box.matches("details") ? box : box.querySelector(":scope > details");
    if (!fold || fold.open) return;
    fold.open = true;
    box.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  // 登录将要到期: said five minutes before, at the top of the page; what was typed stays where it is.
  var ending = 0;
  function watch() {
    window.clearTimeout(ending);
    var note = document.querySelector("[data-session]");
    if (!note) return;
    ending = window.setTimeout(function () { note.hidden = false; }, Math.max(0, Number(note.getAttribute("data-session")) - 300) * 1000);
  }
  watch();

  // A filter that could not be fetched in the quick way is fetched in the plain one.
  document.addEventListener("htmx:sendError", function (event) {
    var info = event.detail && event.detail.pathInfo;
    if (info) window.location.href = info.finalRequestPath || info.requestPath;
  });

  document.addEventListener("htmx:afterSwap", function (event) { prints(document); watch(); });
  prints(document);
})();
