package dev.consentkit.vectors

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlin.reflect.KClass
import kotlin.reflect.KParameter
import kotlin.reflect.KType
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.typeOf

/** Makes the typed value of an event out of its JSON, with bound names put in. */
internal class Reading(private val bindings: Bindings) {
    inline fun <reified T> read(json: JsonElement, path: String): T = value(json, typeOf<T>(), path) as T

    fun value(json: JsonElement, type: KType, path: String): Any? {
        val kind = type.classifier as KClass<*>
        Bindings.nameIn(json)?.let { return bound(it, kind, path) }
        return when {
            json is JsonNull && type.isMarkedNullable -> null
            kind == List::class -> list(json, type, path)
            kind == String::class -> primitive(json, path).takeIf { it.isString }?.content
            kind == Boolean::class -> primitive(json, path).booleanOrNull
            kind == UInt::class -> number(json, path).toUIntOrNull()
            kind == ULong::class -> number(json, path).toULongOrNull()
            kind.isSealed -> variant(json, kind, path)
            kind.java.isEnum -> Wire.constant(kind, primitive(json, path).content)
            kind.isData -> record(json, kind, path)
            else -> throw Misunderstood(path, "the runner has no rule for the type ${kind.simpleName}")
        } ?: throw Misunderstood(path, "$json is no ${kind.simpleName}")
    }

    private fun bound(name: String, kind: KClass<*>, path: String): Any {
        if (name !in bindings) throw Misunderstood(path, "\$$name is used before it is bound")
        val value = bindings[name]
        if (!kind.isInstance(value)) throw Misunderstood(path, "\$$name is $value, which is no ${kind.simpleName}")
        return value!!
    }

    private fun list(json: JsonElement, type: KType, path: String): List<Any?> {
        val of = type.arguments.single().type ?: throw Misunderstood(path, "a list of what?")
        val elements = json as? JsonArray ?: throw Misunderstood(path, "$json is no list")
        return elements.mapIndexed { at, element -> value(element, of, "$path[$at]") }
    }

    /** `{"open": {…}}`. A variant without fields is written `{"wake": {}}`. */
    private fun variant(json: JsonElement, kind: KClass<*>, path: String): Any {
        val (name, fields) = (json as? JsonObject)?.entries?.singleOrNull()
            ?: throw Misunderstood(path, "exactly one variant of ${kind.simpleName} is expected, not $json")
        val variant = Wire.variants(kind)[name] ?: throw Misunderstood(path, "${kind.simpleName} has no variant `$name`")
        return record(fields, variant, "$path.$name")
    }

    private fun record(json: JsonElement, kind: KClass<*>, path: String): Any {
        val given = json as? JsonObject ?: throw Misunderstood(path, "$json is no object")
        val parameters = kind.primaryConstructor?.parameters.orEmpty().takeIf { kind.objectInstance == null }.orEmpty()
        val unknown = given.keys - parameters.mapNotNull(KParameter::name).toSet()
        if (unknown.isNotEmpty()) throw Misunderstood(path, "${kind.simpleName} has no field $unknown")
        kind.objectInstance?.let { return it }
        val arguments = HashMap<KParameter, Any?>()
        for (parameter in parameters) {
            val field = given[parameter.name]
            when {
                field != null -> arguments[parameter] = value(field, parameter.type, "$path.${parameter.name}")
                !parameter.isOptional -> throw Misunderstood(path, "`${parameter.name}` is missing")
            }
        }
        return kind.primaryConstructor!!.callBy(arguments)
    }

    private fun primitive(json: JsonElement, path: String): JsonPrimitive =
        json as? JsonPrimitive ?: throw Misunderstood(path, "$json is no single value")

    private fun number(json: JsonElement, path: String): String =
        primitive(json, path).takeIf { !it.isString }?.content ?: throw Misunderstood(path, "$json is no number")
}
