from bot.simulator.api.answers import NOT_FOUND, Answer, Call, invalid, ok, refused
from bot.simulator.validation import limits
from bot.simulator.validation.requests import validate_rich_menu
from bot.simulator.world.menus import EVERYONE, image_size


def validate_menu(call: Call) -> Answer:
    problems = validate_rich_menu(call.json)
    return invalid(problems) if problems else ok()


def create(call: Call) -> Answer:
    problems = validate_rich_menu(call.json)
    if problems:
        return invalid(problems)
    if len(call.store.menus.all()) >= limits.RICH_MENUS:
        return refused(400, "The number of rich menus has reached its limit")
    return ok({"richMenuId": call.store.menus.add(call.json)})


def list_menus(call: Call) -> Answer:
    return ok({"richmenus": [menu.as_json() for menu in call.store.menus.all()]})


def get_menu(call: Call) -> Answer:
    menu = call.store.menus.find(call.args["menu_id"])
    return ok(menu.as_json()) if menu else refused(404, NOT_FOUND)


def delete(call: Call) -> Answer:
    if call.store.menus.find(call.args["menu_id"]) is None:
        return refused(404, NOT_FOUND)
    call.store.menus.delete(call.args["menu_id"])
    return ok()


def upload(call: Call) -> Answer:
    menu = call.store.menus.find(call.args["menu_id"])
    if menu is None:
        return refused(404, NOT_FOUND)
    if call.mime not in ("image/png", "image/jpeg"):
        return refused(415, "Unsupported media type: use image/png or image/jpeg")
    if menu.image is not None:
        return refused(400, "An image has already been uploaded to the richmenu")
    if len(call.raw) > limits.RICH_MENU_IMAGE_BYTES:
        return refused(413, "The image must be at most 1 MB")
    size = menu.menu["size"]
    expected = (size["width"], size["height"]) if isinstance(size, dict) else None
    if image_size(call.raw) != expected:
        return refused(400, "The image size must match the size of the rich menu")
    call.store.menus.set_image(menu.id, call.mime, call.raw)
    return ok()


def download(call: Call) -> Answer:
    menu = call.store.menus.find(call.args["menu_id"])
    if menu is None or menu.image is None:
        return refused(404, NOT_FOUND)
    return Answer(200, menu.image, mime=menu.mime)


def link(call: Call) -> Answer:
    user_id = call.args["user_id"]
    menu = call.store.menus.find(call.args["menu_id"])
    person = call.store.chats.find(user_id)
    if menu is None or (user_id != EVERYONE and (person is None or not person.is_person)):
        return refused(404, NOT_FOUND)
    if menu.image is None:
        return refused(400, "must upload richmenu image before applying it to user")
    call.store.menus.link(user_id, menu.id)
    return ok()


def linked(call: Call) -> Answer:
    menu_id = call.store.menus.linked(call.args["user_id"])
    return ok({"richMenuId": menu_id}) if menu_id else refused(404, "no default richmenu")


def unlink(call: Call) -> Answer:
    call.store.menus.unlink(call.args["user_id"])
    return ok()
