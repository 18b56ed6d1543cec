package procedure

// Form lists the fields a step asks for; nil where there is no such step or it asks for none. For the opening it is the
// form of the step that opens the matter.
func (d *Definition) Form(step string) []FormField {
	if d.compiled() != nil {
		return nil
	}
	sp := d.stepsBy[step]
	if step == opening {
		sp = d.stepsBy[d.Opens]
	}
	if sp == nil {
		return nil
	}
	var out []FormField
	for _, f := range sp.form {
		v := FormField{Field: f.field, Optional: f.optional}
		if f.sub != nil {
			v.Sub = f.sub.ID
		}
		out = append(out, v)
	}
	return out
}

// MayBy lists who may take a step or a built-in act: whom the definition names, else who usually may; nil is any unit of the
// matter.
func (d *Definition) MayBy(step string) []By {
	if d.compiled() != nil || d.stepsBy[step] == nil {
		return nil
	}
	return d.stepsBy[step].By
}
